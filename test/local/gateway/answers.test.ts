import { send, startSmallCloud } from '../small-cloud';

const answer = (value: string) => `exports.handler = async () => (${value});`;
const routes = {
  text: answer("{ statusCode: 201, headers: { 'X-A': 1, 'Content-Type': 'text/plain' }, body: 'grüße' }"),
  binary: answer("{ statusCode: 200, headers: { 'content-type': 'image/png' }, body: 'AP8=', isBase64Encoded: true }"),
  cookies: answer(
    "{ statusCode: 200, headers: { 'X-B': '3' }, multiValueHeaders: { 'x-b': ['1', '2'], 'Set-Cookie': ['a=1', 'b=2'] } }",
  ),
  reserved: answer("{ statusCode: 401, headers: { 'WWW-Authenticate': 'Bearer', Date: 'never' }, body: '' }"),
  length: answer("{ statusCode: 200, headers: { 'Content-Length': '12345' }, body: '{}' }"),
  'not-modified': answer("{ statusCode: 304, headers: { ETag: '\"a\"' }, body: '' }"),
  transport: answer(
    "{ statusCode: 200, headers: { 'Transfer-Encoding': 'gzip', Upgrade: 'h2', Via: '1.1 a', Expect: 'b' } }",
  ),
  malformed: answer('{ status: 200 }'),
  'body-object': answer('{ statusCode: 200, body: {} }'),
  nothing: answer('undefined'),
  throws: "exports.handler = async () => { throw new TypeError('secret detail'); };",
  missing: 'exports.other = 1;',
  exits: 'exports.handler = async () => process.exit(3);',
  crashes: "exports.handler = () => new Promise(() => { setTimeout(() => { throw new Error('later'); }); });",
  hangs: 'exports.handler = () => new Promise(() => {});',
  large: answer("{ statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024) }"),
  count: 'let count = 0; exports.handler = async () => ({ statusCode: 200, body: String(++count) });',
  size: 'exports.handler = async (event) => ({ statusCode: 200, body: String(event.body.length) });',
};

let cloud: Awaited<ReturnType<typeof startSmallCloud>>;
beforeAll(async () => {
  cloud = await startSmallCloud({
    routes: Object.entries(routes).map(([name, source]) => ({
      resourcePath: `/${name}`,
      httpMethod: 'ANY',
      source,
      timeoutSeconds: name === 'hangs' ? 0.2 : 5,
    })),
  });
});
afterAll(() => cloud.close());

const call = (name: string, request?: Parameters<typeof send>[1]) => send(`${cloud.url}/api/${name}`, request);

it('answers with the status, headers and text of the function', async () => {
  const { status, headers, body } = await call('text');
  expect(status).toBe(201);
  expect(headers).toMatchObject({ 'x-a': '1', 'content-type': 'text/plain', 'content-length': '7' });
  expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  expect(body.toString()).toBe('grüße');
});

it('decodes a base64 body', async () => {
  expect((await call('binary')).body).toEqual(Buffer.from([0x00, 0xff]));
});

it('merges single and repeated headers', async () => {
  const { headers } = await call('cookies');
  expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(headers['x-b']).toBe('1, 2, 3');
  expect(headers['content-type']).toBe('application/json');
});

it('drops the headers that belong to a connection', async () => {
  const { status, headers } = await call('transport');
  expect(status).toBe(200);
  const names = ['upgrade', 'via', 'expect', 'x-amzn-remapped-transfer-encoding', 'x-amzn-remapped-upgrade'];
  expect(Object.keys(headers).filter((name) => names.includes(name))).toEqual([]);
});

it('renames the headers that API Gateway keeps for itself', async () => {
  const { headers } = await call('reserved');
  expect(headers['www-authenticate']).toBeUndefined();
  expect(headers['x-amzn-remapped-www-authenticate']).toBe('Bearer');
  expect(headers['x-amzn-remapped-date']).toBe('never');
});

it('measures the body itself, but leaves the length of a HEAD to the function', async () => {
  expect((await call('length')).headers['content-length']).toBe('2');
  expect(await call('length', { method: 'HEAD' })).toMatchObject({
    headers: { 'content-length': '12345' },
    body: Buffer.alloc(0),
  });
});

it('sends no body with 304', async () => {
  const { status, headers, body } = await call('not-modified');
  expect([status, headers['etag'], body.length]).toEqual([304, '"a"', 0]);
});

it.each([
  ['malformed', /unknown key 'status'/],
  ['body-object', /body is object/],
  ['nothing', /not an object/],
  ['throws', /TypeError: secret detail/],
  ['missing', /handler is undefined or not a function/],
  ['exits', /exited with code 3/],
  ['crashes', /later/],
  ['hangs', /Task timed out after 0.20 seconds/],
  ['large', /exceeded maximum allowed payload size/],
])('answers 502 without a reason when the function is %s, and logs the reason', async (name, reason) => {
  const { status, body } = await call(name);
  expect([status, body.toString()]).toEqual([502, '{"message":"Internal server error"}']);
  await cloud.logged(reason);
});

it('keeps an instance from one request to the next', async () => {
  expect((await call('count')).body.toString()).toBe('1');
  expect((await call('count')).body.toString()).toBe('2');
});

it('answers 413 to a body over 10 MB, and to an event over 6 MB', async () => {
  const tooLong = { status: 413, body: Buffer.from('{"message":"Request Too Long"}') };
  expect(await call('size', { method: 'POST', body: Buffer.alloc(12 * 1024 * 1024) })).toMatchObject(tooLong);
  expect(await call('size', { method: 'POST', body: Buffer.alloc(5 * 1024 * 1024) })).toMatchObject(tooLong);
  expect((await call('size', { method: 'POST', body: Buffer.alloc(4 * 1024 * 1024) })).status).toBe(200);
});

it('answers 504 when the time of the integration is up', async () => {
  const slow = await startSmallCloud({
    routes: [{ resourcePath: '/hangs', source: routes.hangs, timeoutMs: 50, timeoutSeconds: 1 }],
  });
  try {
    const { status, body } = await send(`${slow.url}/api/hangs`);
    expect([status, body.toString()]).toEqual([504, '{"message":"Endpoint request timed out"}']);
  } finally {
    await slow.close();
  }
});
