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

describe('openapi.yaml says beforehand what would be refused', () => {
  const { paths, components } = parse(read('openapi.yaml'));
  const parameter = (path: string, name: string): { readonly pattern: string } =>
    paths[path].get.parameters.find((one: { readonly name: string }) => one.name === name).schema;
  const jsonBody = (path: string) => paths[path].post.requestBody.content['application/json'].schema.properties;

  test.each(['/files', '/maps', '/sla-errors'])('an empty cursor of %s, and topic', (path) => {
    expect(parameter(path, 'cursor')).toMatchObject({ minLength: 1 });
    expect(parameter('/statistics/interactions', 'topic')).toMatchObject({ minLength: 1 });
  });

  test.each([
    ['towns.csv', true],
    ['Übersicht 漢.csv', true],
    ['', false],
    ['a/b', false],
    ['a\u0000', false],
    ['a\u0085', false],
  ])('of the file name %j: %p', (name, isGood) => {
    expect(new RegExp(jsonBody('/uploads').name.pattern, 'u').test(name)).toBe(isGood);
  });

  test.each([
    ['/interactions/{customer_id}', 'customer_id', '17', true],
    ['/interactions/{customer_id}', 'customer_id', '017', false],
    ['/statistics/interactions', 'group_by', 'channel,month', true],
    ['/statistics/interactions', 'group_by', '', true],
    ['/statistics/interactions', 'group_by', 'channels', false],
  ])('of %s, %s being %j: %p', (path, name, value, isGood) => {
    expect(new RegExp(parameter(path, name).pattern, 'u').test(value)).toBe(isGood);
  });

  test.each([
    ['2024-06-12T12:00:00Z', true],
    ['2024-06-12T12:00:00,1234567+02:00', true],
    ['/Date(1718193600000)/', true],
    ['2024-06-12', false],
    ['', false],
  ])('of the creation date %j: %p', (date, isGood) => {
    const { pattern } =
      components.schemas.SlaReport.properties.sla_error.items.properties.files.items.properties.creationDate;
    expect(new RegExp(pattern, 'u').test(date)).toBe(isGood);
  });

  test('delimiters of a query by their length, fields of a form by their names', () => {
    const { input, output } = components.schemas.Query.properties;
    expect(input.properties.quote).toMatchObject({ maxLength: 1 });
    expect(input.properties.quote).not.toHaveProperty('minLength');
    expect(output.properties.quote).toMatchObject({ minLength: 1, maxLength: 1 });
    expect(output.properties.record_delimiter).toMatchObject({ minLength: 1, maxLength: 2 });
    expect(paths['/maps'].post.requestBody.content['multipart/form-data'].schema).toMatchObject({
      additionalProperties: false,
    });
  });

  // HTML takes addresses that RFC 5321, which the format stands for, does not.
  test('an email by the pattern that is asked for, and by nothing else', () => {
    const { email } = jsonBody('/auth/login');
    expect(email).not.toHaveProperty('format');
    expect(new RegExp(email.pattern).test('.bob@example.com')).toBe(true);
    expect(new RegExp(email.pattern).test('bob@exam_ple.com')).toBe(false);
  });
});

test('openapi.yaml says that rows as JSON are an array', () => {
  const { content } = parse(read('openapi.yaml')).paths['/files/{id}/query'].post.responses['200'];
  expect(content['application/json'].schema).toEqual({ type: 'array', items: { type: 'object' } });
  expect(content['application/x-ndjson'].schema).toEqual({ type: 'string' });
});

test.each(['/files/{id}/content', '/maps/{id}'])('openapi.yaml lets a download of %s be of any type', (path) => {
  const { paths } = parse(read('openapi.yaml'));
  for (const status of ['200', '206']) expect(paths[path].get.responses[status].content).toHaveProperty(['*/*']);
});
