import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { successStatuses, tagOf } from '../src/api/openapi/document';
import { codesByStatus, exampleOf } from '../src/api/openapi/problems';
import { isBytes, type Route } from '../src/api/route';
import { basePath } from '../src/config';
import { type Item, type PostmanRequest, type SavedExample, scripts } from './format';
import { expectFields, expectProblem, expectStatus, have, scriptsOfRoute, signIn } from './scripts';

// The requests that follow from a row: its example, which must succeed, and what must be refused.

/** Where the value of an example's field comes from, so that it is the same from request to request. */
const variableOfField: Readonly<Record<string, string>> = {
  code: '{{code}}',
  email: '{{new_email}}',
  name: '{{file_name}}',
  password: '{{password}}',
  refresh_token: '{{refresh_token}}',
  username: '{{new_email}}',
};

const missingId = 'bm8gc3VjaCBmaWxl';

/** The example of a row, with variables in place of what differs between runs. */
export function exampleItem(row: Route): Item {
  const { before = [], after = [] } = scriptsOfRoute[row.key] ?? {};
  return {
    name: `${row.method} ${row.path}`,
    event: scripts(
      [...signedIn(row), ...(row.path.includes('{id}') ? have(...thingOf(row)) : []), ...before],
      [expectStatus(200), ...fieldsOf(row), ...after],
    ),
    request: { ...requestOf(row), description: row.summary },
    response: savedExamples(row),
  };
}

/** One answer for each status that the row can have. */
function savedExamples(row: Route): readonly SavedExample[] {
  const originalRequest = requestOf(row);
  const saved = (code: number, name: string, type: string, body: unknown): SavedExample => ({
    name: `${code} ${name}`,
    originalRequest,
    status: STATUS_CODES[code] ?? '',
    code,
    header: [{ key: 'Content-Type', value: type }],
    body: typeof body === 'string' ? body : JSON.stringify(body, null, 2),
    _postman_previewlanguage: type.includes('json') ? 'json' : 'text',
  });
  const { reply, example } = row;
  const type = reply.kind === 'stream' ? (reply.mediaTypes[0] ?? '') : 'application/json';
  const whole = example.reply ?? '';
  const replyOf = (code: number) => (code === 200 ? whole : code === 206 ? String(whole).slice(0, 2) : '');
  return [
    ...successStatuses(row).map((code) => saved(code, successNames[code] ?? '', type, replyOf(code))),
    ...Object.entries(codesByStatus(row)).flatMap(([status, [code]]) =>
      code === undefined ? [] : [saved(Number(status), code, 'application/problem+json', exampleOf(code))],
    ),
  ];
}

const successNames: Readonly<Record<number, string>> = { 200: 'Done', 206: 'Range: bytes=0-1', 304: 'If-None-Match' };

/** What every route of a kind refuses. */
export function refusedItems(row: Route): readonly Item[] {
  const { access, path, body } = row;
  const request = { ...requestOf(row), url: requestOf(row).url.replace(idVariable(row), missingId) };
  const items: Item[] = [];
  const add = (what: string, status: number, code: string, changed: Partial<PostmanRequest>) => {
    const isHead = row.method === 'HEAD';
    items.push({
      name: `${row.method} ${path}: ${what}`,
      event: scripts(signedIn(row), [expectStatus(status), ...(isHead ? [] : expectProblem(code))]),
      request: { ...request, ...changed },
    });
  };
  if (access === 'user') add('without a token', 401, 'Unauthenticated', { auth: { type: 'noauth' } });
  if (access === 'guest') {
    add('with a token that is none', 401, 'Unauthenticated', {
      auth: { type: 'noauth' },
      header: [{ key: 'Authorization', value: 'Bearer none' }],
    });
  }
  add('an unknown parameter', 400, 'ValidationFailed', {
    url: `${request.url}${request.url.includes('?') ? '&' : '?'}no_such_parameter=1`,
  });
  if (path.includes('{id}')) add('an unknown id', 404, missingOf(row), {});
  if (body && !isBytes(body)) {
    add('a body that is no JSON', 400, 'InvalidJson', { body: { mode: 'raw', raw: '{"cut' } });
    add('an unknown field', 400, 'ValidationFailed', { body: { mode: 'raw', raw: '{"no_such_field":1}' } });
    add('a body that is not called JSON', 415, 'UnsupportedMediaType', {
      header: [{ key: 'Content-Type', value: 'text/plain' }],
    });
  }
  return items;
}

/** What the ids of a group name: the variable that holds one, the request that makes one, and what is said of a missing one. */
const things: Readonly<Record<string, readonly [variable: string, made: string, missing: string]>> = {
  files: ['file_id', 'POST /files', 'FileNotFound'],
  maps: ['map_id', 'POST /maps', 'MapNotFound'],
  uploads: ['upload_id', 'POST /uploads', 'UploadNotFound'],
};
const thingOf = (row: Route): readonly [string, string] => {
  const [variable = '', made = ''] = things[tagOf(row)] ?? [];
  return [variable, made];
};
const missingOf = (row: Route): string => things[tagOf(row)]?.[2] ?? '';
/** What stands for the id in a path. */
const idVariable = (row: Route): string => `{{${thingOf(row)[0]}}}`;

function requestOf(row: Route): PostmanRequest {
  const { method, access, body, example } = row;
  const query = Object.entries(example.query ?? {}).map(([name, value]) => `${name}=${variableOfField[name] ?? value}`);
  const type = body && typeOf(body);
  return {
    method,
    ...(access === 'open' ? { auth: { type: 'noauth' } } : {}),
    header: type ? [{ key: 'Content-Type', value: type }] : [],
    url: `{{baseUrl}}${basePath}${pathOf(row)}${query.length > 0 ? `?${query.join('&')}` : ''}`,
    ...(body ? { body: { mode: 'raw', raw: bodyOf(example.body) } } : {}),
  };
}

/** With the example's parameters, save for an id, which only a run can tell. */
const pathOf = (row: Route): string =>
  Object.entries(row.example.path ?? {}).reduce(
    (path, [name, value]) => path.replace(`{${name}}`, name === 'id' ? idVariable(row) : value),
    row.path,
  );

/** The boundary is that of the examples. */
function typeOf(body: NonNullable<Route['body']>): string {
  if (!isBytes(body)) return 'application/json';
  return body.mediaTypes.includes('text/csv') ? 'text/csv' : 'multipart/form-data; boundary=datadock';
}

function bodyOf(example: unknown): string {
  if (typeof example === 'string') return example;
  const fields = Object.entries(example ?? {}).map(([name, value]) => [name, variableOfField[name] ?? value]);
  return JSON.stringify(Object.fromEntries(fields), null, 2);
}

const signedIn = ({ access }: Route): readonly string[] => (access === 'open' ? [] : signIn);

/** A check that an answer has the fields that its schema asks for. */
function fieldsOf({ reply }: Route): readonly string[] {
  if (reply.kind !== 'json') return [];
  const { shape } = reply.schema as z.ZodObject;
  const required = Object.entries(shape).filter(([, field]) => !z.safeParse(field, undefined).success);
  return [expectFields(required.map(([name]) => name))];
}
