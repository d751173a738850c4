import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type * as z from 'zod';
import { generatedDocuments } from '../bin/documents';
import { synthesise } from '../local/synthesis';
import { readAssembly } from '../local/template/assembly';
import { readStack } from '../local/template/stack';
import { successStatuses } from '../src/api/openapi/document';
import { statusOfKind } from '../src/api/problem';
import { errorsOf, isBytes } from '../src/api/route';
import { fallbackKey, routes } from '../src/api/routes';
import { versionPath } from '../src/config';
import { errorCatalogue } from '../src/errors';
import { workers } from '../src/workers';

jest.setTimeout(60_000);

const root = join(__dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Item {
  readonly name: string;
  readonly item?: readonly Item[];
  readonly event?: readonly { readonly listen: string; readonly script: { readonly exec: readonly string[] } }[];
  readonly request?: { readonly url: string };
  readonly response?: readonly { readonly code: number }[];
}
const collection: { readonly item: readonly Item[] } = JSON.parse(read('postman/datadock.postman_collection.json'));

test.each(Object.keys(generatedDocuments()))('%s is the one that npm run generate writes', (name) => {
  expect(read(name)).toBe(generatedDocuments()[name]);
});

test('what streams is described as what it is: rows as an array of objects, a file as of any type', () => {
  const { paths } = parse(read('openapi.yaml'));
  const rows = paths['/files/{id}/query'].post.responses['200'].content;
  expect(rows['application/json'].schema).toEqual({ type: 'array', items: { type: 'object' } });
  expect(rows['application/x-ndjson'].schema).toEqual({ type: 'string' });
  expect(Object.keys(paths['/files/{id}/content'].get.responses['200'].content)).toContain('*/*');
});

test('the table of routes, the stack, OpenAPI, Postman and the doors name the same routes', async () => {
  const expected = routes.map(({ method, path }) => `${method} ${path}`).sort();

  const assembly = await synthesise(root);
  const { stackName, template } = await readAssembly(assembly);
  const inStack = readStack(stackName, template, assembly)
    .api.methods.filter(({ httpMethod }) => httpMethod !== 'ANY')
    .map(({ httpMethod, resourcePath }) => `${httpMethod} ${resourcePath.slice(versionPath.length)}`);
  expect(inStack.sort()).toEqual(expected);

  const { paths } = parse(read('openapi.yaml'));
  const inOpenApi = Object.entries(paths as Record<string, object>).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(inOpenApi.sort()).toEqual(expected);

  const groups = collection.item.filter(({ name }) => name !== 'refused' && name !== 'scenarios');
  expect(groups.flatMap(({ item = [] }) => item.map(({ name }) => name)).sort()).toEqual(expected);

  const doors = readdirSync(join(root, 'lambdas'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -3));
  expect(doors.sort()).toEqual([...[...routes, ...workers].map(({ key }) => key), fallbackKey].sort());
});

test.each(routes.map((row) => [row.key, row] as const))("%s: the row's example is as its schemas say", (_, row) => {
  const { example, body, reply, pathParameters, queryParameters } = row;
  const checked = (schema: z.ZodType, value: unknown) =>
    expect(schema.safeParse(value)).toMatchObject({ success: true });
  if (pathParameters) checked(pathParameters, example.path);
  if (queryParameters) checked(queryParameters, example.query ?? {});
  if (body && !isBytes(body)) checked(body, example.body);
  if (reply.kind === 'json') checked(reply.schema, example.reply);
});

const requestsIn = ({ item, ...own }: Item): readonly Item[] => item?.flatMap(requestsIn) ?? [own];
const requests = collection.item.flatMap(requestsIn);
const isRefused = ({ event = [] }: Item) =>
  event.some(({ script }) => script.exec.some((line) => /to\.have\.status\(4\d\d\)/.test(line)));

test('every request of the collection is checked, and goes where the environment says', () => {
  for (const { name, event = [], request } of requests) {
    const tests = event.filter(({ listen }) => listen === 'test').flatMap(({ script }) => script.exec);
    expect([name, tests.some((line) => line.includes('to.have.status('))]).toEqual([name, true]);
    expect(request?.url).toMatch(/^\{\{baseUrl\}\}\/api\/v1\//);
  }
  expect(requests.filter(isRefused).length).toBeGreaterThan(40);
});

test.each(routes.map((row) => [row.key, row] as const))(
  '%s has a saved example for each status it declares',
  (_, row) => {
    const { response = [] } = requests.find(({ name }) => name === `${row.method} ${row.path}`) ?? {};
    const declared = [...successStatuses(row), ...errorsOf(row).map((code) => statusOfKind[errorCatalogue[code].kind])];
    expect(response.map(({ code }) => code).sort()).toEqual([...new Set(declared)].sort());
  },
);
