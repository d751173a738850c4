import * as z from 'zod';
import { isBytes, type Route } from '../../src/api/route';
import { routes } from '../../src/api/routes';
import { pageAt } from './blocks';

/** The page of each system, by the first word of its routes' keys. */
const pageOf: Readonly<Record<string, string>> = {
  auth: 'docs/accounts.md',
  me: 'docs/accounts.md',
  files: 'docs/files.md',
  uploads: 'docs/uploads.md',
  'sla-errors': 'docs/sla-errors.md',
  interactions: 'docs/interactions.md',
  imports: 'docs/interactions.md',
  maps: 'docs/maps.md',
};

const names = (schema: z.ZodType | undefined): readonly string[] =>
  schema === undefined ? [] : namesIn(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }));

/** The names of all properties, however deep. */
function namesIn(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { properties?: object };
  return [
    ...Object.keys(properties),
    ...Object.values(schema).flatMap(namesIn),
    ...Object.values(properties).flatMap(namesIn),
  ];
}

const namesOf = ({ body, queryParameters, reply }: Route) => [
  ...names(queryParameters),
  ...(body === undefined ? [] : isBytes(body) ? names(body.fields) : names(body)),
  ...(reply.kind === 'json' ? names(reply.schema) : []),
];

const described = routes.filter(({ key }) => pageOf[key.split('/')[0] ?? ''] && !key.endsWith('/page'));

test.each(described.map((row) => [row.key, row] as const))(
  '%s: the page of its system names the route, its fields and its own error codes',
  (key, row) => {
    const { text } = pageAt(pageOf[key.split('/')[0] ?? ''] ?? '');
    const said = new Set(text.match(/[\p{L}\p{N}_]+/gu));
    const path = row.path.replace(/\{[^}]+\}.*$/, '');
    expect(text).toContain(path);
    expect(row.errors.filter((code) => !said.has(code))).toEqual([]);
    expect([...new Set(namesOf(row))].filter((name) => !said.has(name))).toEqual([]);
  },
);

test('every route belongs to a page, or to the service as a whole', () => {
  const others = routes.filter((row) => !described.includes(row)).map(({ path }) => path);
  expect(others.sort()).toEqual(['/docs', '/health', '/interactions', '/limits', '/openapi.json']);
});
