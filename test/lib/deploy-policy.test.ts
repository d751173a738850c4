import { deployerPolicy, executionPolicies } from '../../lib/deploy-policy';
import { rightsOfType } from '../../lib/deploy-rights';
import { synthesise } from './synthesise';

const { template } = synthesise({ mailFrom: 'noreply@example.com', alarmEmail: 'ops@example.com' });
const resources = Object.values<{ Type: string; Properties?: Record<string, unknown> }>(template.toJSON()['Resources']);
const { runs, keeps } = executionPolicies();
const Statement = [...runs.Statement, ...keeps.Statement];

interface Trust {
  readonly Statement: readonly {
    readonly Principal: { readonly Service?: string; readonly Federated?: string };
  }[];
}

test('the execution policy covers each type of resource that the template has, and none that it has not', () => {
  expect(Object.keys(rightsOfType).sort()).toEqual([...new Set(resources.map(({ Type }) => Type))].sort());
  const allowed = new Set(Statement.flatMap(({ Action }) => Action));
  for (const [type, rights] of Object.entries(rightsOfType)) {
    expect([type, rights.flatMap(({ actions }) => actions).filter((action) => !allowed.has(action))]).toEqual([
      type,
      [],
    ]);
  }
});

test('each role of the stack may be made, passed to its service, and given the managed policies that it has', () => {
  const principals = resources
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .flatMap(({ Properties = {} }) => (Properties['AssumeRolePolicyDocument'] as Trust).Statement)
    .map(({ Principal }) => Principal.Service ?? Principal.Federated);
  const conditionOf = (action: string) =>
    JSON.stringify(Statement.find(({ Action }) => Action.includes(action))?.Condition);
  for (const principal of new Set(principals)) expect(conditionOf('iam:PassRole')).toContain(`"${principal}"`);
  const managed = [...JSON.stringify(resources).matchAll(/iam::aws:(policy\/[\w/-]+)/g)].map(([, name]) => name ?? '');
  expect(managed.length).toBeGreaterThan(0);
  for (const name of new Set(managed)) expect(conditionOf('iam:AttachRolePolicy')).toContain(`:${name}"`);
});

test('the names that the template fixes are among those that the policy is for', () => {
  const names = resources.flatMap(({ Properties = {} }) =>
    ['TableName', 'BucketName', 'QueueName', 'RoleName', 'FunctionName', 'TopicName', 'DashboardName']
      .map((name) => Properties[name])
      .filter((name) => typeof name === 'string'),
  );
  expect(names.sort()).toEqual(['Datadock', 'FileSlaErrors']);
  const on = Statement.flatMap(({ Resource }) => Resource);
  expect(on).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/table\/FileSlaErrors$/),
      expect.stringMatching(/dashboard\/Datadock$/),
    ]),
  );
});

test('no right is for all actions of a service, and IAM takes the documents as managed policies', () => {
  for (const policy of [runs, keeps, deployerPolicy]) {
    const filledIn = JSON.stringify(policy)
      .replaceAll('ACCOUNT', '123456789012')
      .replaceAll('REGION', 'ap-northeast-1');
    expect(filledIn.length).toBeLessThan(6144);
    for (const { Action } of policy.Statement)
      for (const action of Action) expect(action).toMatch(/^[\w-]+:[A-Z][\w*]+$/);
  }
});

test('whoever deploys may become three roles and read one parameter', () => {
  expect(deployerPolicy.Statement.map(({ Action }) => Action)).toEqual([['sts:AssumeRole'], ['ssm:GetParameter']]);
  expect(deployerPolicy.Statement[0]?.Resource).toHaveLength(3);
});
