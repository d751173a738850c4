import * as z from 'zod';
import { statusOfKind } from '../../src/api/problem';
import { isBytes, type Route } from '../../src/api/route';
import { routes } from '../../src/api/routes';
import { exitCodeOf } from '../../src/cli/error-codes';
import { type ErrorCode, errorCatalogue } from '../../src/errors';
import { pageAt, pages } from './blocks';

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

/** Rows such as `| 409 | \`FileExists\`, \`FileBusy\` | ... |`. */
const refusals = pages().flatMap(({ path, text }) =>
  [...text.matchAll(/^\| ([45]\d\d(?:, [45]\d\d)*) \| (`.*?`) \|/gm)].flatMap(([, statuses = '', codes = '']) =>
    codes.split(', ').map((code) => [path, code.slice(1, -1), statuses.split(', ').map(Number)] as const),
  ),
);

test.each(refusals)('%s: %s is answered with one of %j', (_, code, statuses) => {
  expect(statuses).toContain(statusOfKind[errorCatalogue[code as ErrorCode].kind]);
});

test('docs/event-stats.md: each code ends the command as it says', () => {
  const { text } = pageAt('docs/event-stats.md');
  const rows = [...text.matchAll(/^\| (`[A-Z]\w+`(?:, `[A-Z]\w+`)*)[^|]* \| (\d+) \|/gm)].flatMap(
    ([, codes = '', exit]) => codes.split(', ').map((code) => [code.slice(1, -1), Number(exit)] as const),
  );
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter(([code, exit]) => exitCodeOf(code) !== exit)).toEqual([]);
});

test('the tutorial signs in with the lines that every page takes for granted', () => {
  const [signIn] = pageAt('docs/accounts.md').blocks;
  expect(pageAt('docs/tutorial.md').text).toContain(signIn?.text);
});

test('every route belongs to a page, or to the service as a whole', () => {
  const others = routes.filter((row) => !described.includes(row)).map(({ path }) => path);
  expect(others.sort()).toEqual(['/docs', '/health', '/interactions', '/limits', '/openapi.json']);
});
