import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { synthesise } from './synthesise';

const { stack } = synthesise({ mailFrom: 'noreply@example.com', alarmEmail: 'ops@example.com' });

interface Finding {
  readonly id: string;
  readonly path: string;
}

function findings(): readonly Finding[] {
  const { violations } = new AwsSolutionsChecks(stack).validateScope(stack);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath = '' }) => ({ id: ruleName, path: constructPath })),
  );
}

/** All that is acknowledged anywhere in the tree. */
const acknowledgements = stack.node.findAll().flatMap(({ node }: IConstruct) =>
  node.metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    .map(([id, reason]) => ({ id: id.replace(/^annotation::/i, ''), path: node.path, reason })),
);

afterEach(() => jest.restoreAllMocks());

test("cdk-nag's AwsSolutions rules find nothing that is not acknowledged", () => {
  expect(findings()).toEqual([]);
});

test('each acknowledgement is of a finding that there is, and gives a reason', () => {
  jest
    .spyOn(AwsSolutionsChecks.prototype as unknown as { isAcknowledged(): boolean }, 'isAcknowledged')
    .mockReturnValue(false);
  const found = findings();
  expect(found.length).toBeGreaterThan(10);
  const idle = acknowledgements.filter(
    ({ id, path }) => !found.some((finding) => finding.id === id && `${finding.path}/`.startsWith(`${path}/`)),
  );
  expect(idle).toEqual([]);
  for (const { reason } of acknowledgements) expect(reason.split(' ').length).toBeGreaterThan(8);
});

test('nothing is acknowledged for the whole stack', () => {
  expect(acknowledgements.filter(({ path }) => !path.includes('/'))).toEqual([]);
});
