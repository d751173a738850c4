import * as z from 'zod';
import { door } from '../../src/api/door';
import type { ApiEvent } from '../../src/api/event';
import { jsonReply } from '../../src/api/reply';
import { json, route } from '../../src/api/route';
import { AppError } from '../../src/errors';
import { logger } from '../../src/log';

const echoRoute = route({
  key: 'test/echo',
  method: 'POST',
  path: '/echo/{id}',
  summary: 'Say what was sent',
  access: 'open',
  needs: [],
  queryParameters: z.strictObject({ limit: z.coerce.number().int().min(1).optional() }),
  body: z.strictObject({ name: z.string(), size: z.number().optional() }),
  reply: json(z.unknown()),
  errors: [],
  example: {},
});
const echo = door(echoRoute, ({ body, query }) => jsonReply({ ...body, ...query }));
const failing = (error: unknown) =>
  door({ ...echoRoute, body: undefined, queryParameters: undefined }, () => {
    throw error;
  });

const jsonHeaders = { 'content-type': 'application/json' };
const asJson = ({ body }: { body: string }) => JSON.parse(body);
const problemOf = async (event: ApiEvent) => asJson(await echo(event));

test('serves a bare event of headers and body', async () => {
  const answer = await echo({ headers: jsonHeaders, body: '{"name":"a"}' });
  expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
  expect(asJson(answer)).toEqual({ name: 'a' });
});

test('reads a body as API Gateway sends it, in base64, and header names in any case', async () => {
  const body = Buffer.from('{"name":"søt"}').toString('base64');
  const answer = await echo({ headers: { 'Content-TYPE': 'application/json' }, body, isBase64Encoded: true });
  expect(asJson(answer)).toEqual({ name: 'søt' });
});

test.each([
  ['a UTF-8 byte order mark', Buffer.from('\ufeff{"name":"é"}')],
  ['UTF-16 as Windows writes it', Buffer.from('\ufeff{"name":"é"}', 'utf16le')],
  ['big-endian UTF-16', Buffer.from('\ufeff{"name":"é"}', 'utf16le').swap16()],
])('reads JSON with %s', async (_, bytes) => {
  const answer = await echo({ headers: jsonHeaders, body: bytes.toString('base64'), isBase64Encoded: true });
  expect(asJson(answer)).toEqual({ name: 'é' });
});

test('points at every fault of a body and of the query at once', async () => {
  const problem = await problemOf({ headers: jsonHeaders, body: '{"size":"big","colour":1,"a/b~c":2}' });
  expect(problem).toMatchObject({ status: 400, code: 'ValidationFailed', title: 'The request is not valid' });
  expect(problem.errors).toEqual([
    { pointer: '/name', detail: 'is required' },
    { pointer: '/size', detail: 'is not a number' },
    { pointer: '/colour', detail: 'is not known here' },
    { pointer: '/a~1b~0c', detail: 'is not known here' },
  ]);
});

test('refuses unknown and repeated query parameters', async () => {
  const unknown = await problemOf({ headers: jsonHeaders, body: '{"name":"a"}', queryStringParameters: { page: '1' } });
  expect(unknown.errors).toEqual([{ pointer: '/query/page', detail: 'is not known here' }]);
  const repeated = await problemOf({
    headers: jsonHeaders,
    body: '{"name":"a"}',
    multiValueQueryStringParameters: { limit: ['1', '2'] },
  });
  expect(repeated.errors[0].pointer).toBe('/query/limit');
});

test.each([
  ['text that is not JSON', '{"name":', 400, 'InvalidJson', jsonHeaders],
  ['no body', undefined, 400, 'InvalidJson', jsonHeaders],
  ['another content type', '{"name":"a"}', 415, 'UnsupportedMediaType', { 'content-type': 'text/plain' }],
  ['no content type', '{"name":"a"}', 415, 'UnsupportedMediaType', {}],
  ['a JSON array', '[]', 400, 'ValidationFailed', jsonHeaders],
  ['more than 1 MiB', `{"name":"${'a'.repeat(1024 * 1024)}"}`, 413, 'PayloadTooLarge', jsonHeaders],
])('answers %s with a problem', async (_, body, status, code, headers) => {
  const answer = await echo({ headers, body });
  expect(answer.statusCode).toBe(status);
  expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json' });
  expect(asJson(answer)).toMatchObject({ status, code });
});

test('says where JSON goes wrong without quoting it, since it may hold a password', async () => {
  const { detail } = await problemOf({ headers: jsonHeaders, body: '{"password":"s3cret" oops}' });
  expect(detail).toMatch(/position \d+/);
  expect(detail).not.toMatch(/s3cret|oops/);
});

test('refuses JSON that is not valid UTF-8', async () => {
  const body = Buffer.from([0x7b, 0xff, 0x7d]).toString('base64');
  expect(await problemOf({ headers: jsonHeaders, body, isBase64Encoded: true })).toMatchObject({ code: 'InvalidJson' });
});

test('a problem is a whole RFC 9457 document with the request id in body and header', async () => {
  const handler = failing(new AppError('FileExists', 'There is one.'));
  const answer = await handler({ requestContext: { requestId: '7e3f0f6e-0000-4000-8000-000000000001' } });
  expect(asJson(answer)).toEqual({
    type: '/api/v1/docs#errors-FileExists',
    title: 'A file of that name exists',
    status: 409,
    detail: 'There is one.',
    instance: 'urn:uuid:7e3f0f6e-0000-4000-8000-000000000001',
    code: 'FileExists',
    request_id: '7e3f0f6e-0000-4000-8000-000000000001',
  });
  expect(answer.headers).toMatchObject({ 'x-request-id': '7e3f0f6e-0000-4000-8000-000000000001' });
});

test('an unexpected failure is 500 and shows nothing of itself', async () => {
  const answer = await failing(new Error('connect to arn:aws:s3:::secret-bucket failed'))({});
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toMatch(/arn|bucket|connect/);
  expect(asJson(answer)).toMatchObject({ code: 'InternalError', status: 500 });
});

test('an error tells when to try again', async () => {
  const answer = await failing(new AppError('TooManyAttempts', 'Wait.', { retryAfterSeconds: 60 }))({});
  expect(answer).toMatchObject({ statusCode: 429, headers: { 'retry-after': '60' } });
});

test('a function that lacks a setting answers 500 and logs which', async () => {
  const logged = jest.spyOn(logger, 'error').mockImplementation(() => {});
  const handler = door({ ...echoRoute, needs: ['files:read'] }, () => jsonReply({}));
  const answer = await handler({ headers: jsonHeaders, body: '{"name":"a"}' });
  expect(answer.statusCode).toBe(500);
  expect(asJson(answer)).toMatchObject({ code: 'ConfigurationError' });
  expect(answer.body).not.toContain('FILES_BUCKET');
  expect(logged).toHaveBeenCalledTimes(1);
  expect(JSON.stringify(logged.mock.calls)).toContain('FILES_BUCKET is not set');
});

test('the log line of a request holds nothing that was sent', async () => {
  const logged = jest.spyOn(logger, 'info').mockImplementation(() => {});
  await echo({
    headers: { ...jsonHeaders, authorization: 'Bearer abc' },
    pathParameters: { id: 'secret-id' },
    body: '{"name":"ann@example.com"}',
  });
  const line = JSON.stringify(logged.mock.calls);
  expect(line).toContain('test/echo');
  expect(line).not.toMatch(/ann@example|abc|secret-id/);
});

describe('CORS', () => {
  const origins = (value: string | undefined) => {
    if (value === undefined) delete process.env['ALLOWED_ORIGINS'];
    else process.env['ALLOWED_ORIGINS'] = value;
  };
  afterEach(() => origins(undefined));
  const from = async (origin: string) => (await echo({ headers: { origin } })).headers;

  test('allows an origin on the list, on errors too, and exposes what clients read', async () => {
    origins('https://a.example,https://b.example');
    expect(await from('https://b.example')).toMatchObject({
      'access-control-allow-origin': 'https://b.example',
      'access-control-expose-headers': expect.stringContaining('X-Request-Id'),
      vary: 'Origin',
    });
  });

  test('allows nothing to an origin that is not on the list, and nothing without a list', async () => {
    origins('https://a.example');
    expect(await from('https://evil.example')).not.toHaveProperty('access-control-allow-origin');
    origins(undefined);
    expect(await from('https://a.example')).not.toHaveProperty('access-control-allow-origin');
  });

  test('allows any origin where the list says so', async () => {
    origins('*');
    expect(await from('https://any.example')).toMatchObject({ 'access-control-allow-origin': '*' });
  });
});
