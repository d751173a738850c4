import { openApiDocument } from '../../../src/api/openapi/document';
import { errorsOf } from '../../../src/api/route';
import { routes } from '../../../src/api/routes';

interface Media {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, object>>;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly description?: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly headers: object; readonly content?: Readonly<Record<string, Media>> }>
  >;
}

const document = openApiDocument(routes);
const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
const operationOf = ({ method, path }: (typeof routes)[number]) => paths[path]?.[method.toLowerCase()] as Operation;
const hasExample = ({ example, examples }: Media) => example !== undefined || Object.keys(examples ?? {}).length > 0;

test('each operation has an id of its own, and a summary', () => {
  const operations = routes.map(operationOf);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length);
  expect(operations.filter(({ summary }) => summary.length < 5)).toEqual([]);
});

test.each(routes.map((row) => [row.key, row] as const))(
  '%s shows an example of what is sent and answered',
  (_, row) => {
    const { requestBody, responses } = operationOf(row);
    if (requestBody) expect(Object.values(requestBody.content).some(hasExample)).toBe(true);
    for (const [status, { content }] of Object.entries(responses)) {
      if (content) expect([status, Object.values(content).some(hasExample)]).toEqual([status, true]);
    }
  },
);

test.each(routes.map((row) => [row.key, row] as const))('%s names the codes of each status', (_, row) => {
  const codes = Object.values(operationOf(row).responses).flatMap(({ content }) =>
    Object.keys(content?.['application/problem+json']?.examples ?? {}),
  );
  expect(codes.sort()).toEqual([...errorsOf(row)].sort());
});

test('every 429 tells when to come back, and every 401 how to sign in', () => {
  for (const row of routes) {
    const { responses } = operationOf(row);
    expect([row.key, Object.keys(responses['429']?.headers ?? {})]).toEqual([row.key, ['X-Request-Id', 'Retry-After']]);
    if (row.access !== 'open') expect(Object.keys(responses['401']?.headers ?? {})).toContain('WWW-Authenticate');
  }
});
