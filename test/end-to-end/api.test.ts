import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonOf, root, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();

const sample = (name: string) => readFileSync(join(root, 'node_modules', 'vega-datasets', 'data', name));
const password = 'Correct-horse-1';

const api = (path: string, init: RequestInit = {}) => fetch(`${server.current.url}/api/v1${path}`, init);
const post = (path: string, body: unknown, token?: string) =>
  api(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
const get = (path: string, token?: string, headers: Record<string, string> = {}) =>
  api(path, { headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) } });

async function codeFor(email: string): Promise<string> {
  const { data } = await jsonOf(fetch(`${server.current.url}/local/mailbox?to=${encodeURIComponent(email)}`));
  return data.at(-1).code;
}

/** Signs up, confirms and signs in; answers the access token. */
async function aUser(email: string): Promise<string> {
  await post('/auth/signup', { email, password });
  await post('/auth/confirm', { email, code: await codeFor(email) });
  const login = await post('/auth/login', { email, password });
  return (await jsonOf(login)).access_token;
}

const upload = (token: string, name: string, bytes: Uint8Array) =>
  api(`/files?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    body: bytes,
  });

async function expectProblem(response: Response, status: number, code: string) {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const requestId = response.headers.get('x-request-id');
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  const problem = await jsonOf(response);
  expect(problem).toMatchObject({ status, code, request_id: requestId, instance: `urn:uuid:${requestId}` });
  expect(problem.type).toBe(`/api/v1/docs#errors-${code}`);
  expect(problem.detail).toBeTruthy();
  return problem;
}

describe('files', () => {
  let ann: string;
  let bob: string;
  beforeAll(async () => {
    [ann, bob] = await Promise.all([aUser('ann@example.com'), aUser('bob@example.com')]);
  });

  test('what was uploaded is listed, downloaded byte for byte, and queried', async () => {
    const bytes = sample('birdstrikes.csv');
    const created = await upload(ann, 'birdstrikes.csv', bytes);
    expect(created.status).toBe(200);
    const file = await jsonOf(created);
    expect(file).toMatchObject({
      name: 'birdstrikes.csv',
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      content_type: 'text/csv',
      etag: created.headers.get('etag'),
    });
    expect(created.headers.get('location')).toBe(`/api/v1/files/${file.id}`);

    const { data, next_cursor } = await jsonOf(get('/files', ann));
    expect(next_cursor).toBeNull();
    const { sha256, content_type, ...listed } = file;
    expect(data).toEqual([listed]);

    const content = await get(`/files/${file.id}/content`, ann);
    expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(content.headers)).toMatchObject({
      'content-type': 'text/csv',
      'content-length': String(bytes.length),
      'content-disposition': 'attachment; filename="birdstrikes.csv"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
      etag: file.etag,
    });

    const count = await post(`/files/${file.id}/query`, { expression: 'SELECT COUNT(*) FROM S3Object' }, ann);
    expect(await count.text()).toBe('10000\n');
  });

  test('a part of a file is 206, an unchanged file 304, a range beyond it 416', async () => {
    const file = await jsonOf(upload(ann, 'range.csv', Buffer.from('0123456789')));
    const path = `/files/${file.id}/content`;
    const part = await get(path, ann, { range: 'bytes=2-4' });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234']);
    expect((await get(path, ann, { 'if-none-match': file.etag })).status).toBe(304);
    await expectProblem(await get(path, ann, { range: 'bytes=10-' }), 416, 'RangeNotSatisfiable');
  });

  test('names come back code point for code point', async () => {
    const name = "blå bær+100% 🫐 'q'; x.csv";
    const file = await jsonOf(upload(ann, name, Buffer.from('a\n1\n')));
    expect(file.name).toBe(name);
    const { data } = await jsonOf(get('/files?prefix=bl%C3%A5', ann));
    expect(data.map(({ name }: { name: string }) => name)).toEqual([name]);
    const content = await get(`/files/${file.id}/content`, ann);
    expect(content.headers.get('content-disposition')).toContain("filename*=UTF-8''bl%C3%A5%20b%C3%A6r%2B100%25");
  });

  test('a name is created once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => upload(ann, 'once.csv', Buffer.from(`a\n${i}\n`))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
    const loser = answers.find(({ status }) => status === 409) as Response;
    await expectProblem(loser, 409, 'FileExists');
  });

  test('pages of a listing follow each other by cursor, and a cursor is of no use to another user', async () => {
    const carl = await aUser('carl@example.com');
    for (const name of ['c', 'a', 'b', 'ä', 'B']) await upload(carl, name, Buffer.from('x'));
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await jsonOf(get(`/files?limit=2${cursor ? `&cursor=${cursor}` : ''}`, carl));
      names.push(...page.data.map(({ name }: { name: string }) => name));
      cursor = page.next_cursor;
      if (cursor) await expectProblem(await get(`/files?cursor=${cursor}`, bob), 400, 'ValidationFailed');
    } while (cursor);
    expect(names).toEqual(['B', 'a', 'b', 'c', 'ä']);
  });

  test("another user's file is the same 404 as a missing one", async () => {
    const file = await jsonOf(upload(ann, 'secret.csv', Buffer.from('a\n1\n')));
    const missing = Buffer.from('no such file').toString('base64url');
    const query = { expression: 'SELECT * FROM S3Object' };
    const problems = [];
    for (const id of [file.id, missing, '%21']) {
      problems.push(await expectProblem(await get(`/files/${id}/content`, bob), 404, 'FileNotFound'));
      problems.push(await expectProblem(await post(`/files/${id}/query`, query, bob), 404, 'FileNotFound'));
    }
    expect(new Set(problems.map(({ detail }) => detail)).size).toBe(1);
    expect((await jsonOf(get('/files', bob))).data).toEqual([]);
  });

  test('a body of 4 MiB is taken, one byte more is 413, more than Lambda takes too', async () => {
    const largest = Buffer.alloc(4 * 1024 * 1024, 'a');
    expect((await upload(ann, 'largest.csv', largest)).status).toBe(200);
    const form = new FormData();
    form.set('file', new Blob([largest]), 'largest in a form.csv');
    const sent = await api('/files', { method: 'POST', headers: { authorization: `Bearer ${ann}` }, body: form });
    expect(await jsonOf(sent)).toMatchObject({ name: 'largest in a form.csv', size: largest.length });
    await expectProblem(
      await upload(ann, 'larger.csv', Buffer.concat([largest, Buffer.from('a')])),
      413,
      'PayloadTooLarge',
    );
    await expectProblem(await upload(ann, 'huge.csv', Buffer.alloc(9_000_000, 'a')), 413, 'PayloadTooLarge');
  });

  test('an Excel workbook is 415 with advice', async () => {
    const problem = await expectProblem(
      await upload(ann, 'b.xlsx', Buffer.from('PK\u0003\u0004...')),
      415,
      'UnsupportedFileType',
    );
    expect(problem.detail).toContain('CSV');
  });

  test('a query that cannot be planned is 400 with its place, and rows come in the form that was asked for', async () => {
    const { id } = await jsonOf(upload(ann, 'small.csv', Buffer.from('n,v\na,1\nb,2\n')));
    const ask = (body: unknown) => post(`/files/${id}/query`, body, ann);
    const problem = await expectProblem(
      await ask({ expression: 'SELECT *\nFRM S3Object' }),
      400,
      'ParseSelectMissingFrom',
    );
    expect(problem.errors[0]).toMatchObject({ line: 2, column: 1 });

    const expression = 'SELECT * FROM S3Object s WHERE CAST(s.v AS INT) > 1';
    expect(await jsonOf(ask({ expression, output: { format: 'json' } }))).toEqual([{ n: 'b', v: '2' }]);
    const ndjson = await ask({ expression, output: { format: 'ndjson' } });
    expect([ndjson.headers.get('content-type'), await ndjson.text()]).toEqual([
      'application/x-ndjson',
      '{"n":"b","v":"2"}\n',
    ]);
    expect(await (await ask({ expression, output: { header: true, delimiter: ';' } })).text()).toBe('n;v\nb;2\n');
    expect(await (await ask({ expression: 'SELECT _2 FROM S3Object', input: { header: 'NONE' } })).text()).toBe(
      'v\n1\n2\n',
    );
    const nothing = await ask({ expression: "SELECT * FROM S3Object s WHERE s.n = 'x'" });
    expect([nothing.status, nothing.headers.get('content-type'), await nothing.text()]).toEqual([
      200,
      'text/csv; charset=utf-8',
      '',
    ]);
  });

  test('a value at fault in a late record cuts the answer, and never ends it cleanly', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => (i === 59_999 ? 'oops,x' : `${i},some more text here`));
    const { id } = await jsonOf(upload(ann, 'late.csv', Buffer.from(`v,t\n${lines.join('\n')}\n`)));
    const response = await post(
      `/files/${id}/query`,
      { expression: 'SELECT CAST(s.v AS INT), s.t FROM S3Object s' },
      ann,
    );
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });
});

describe('who is asking', () => {
  const email = 'dora@example.com';

  test('an account is of no use before its email is confirmed', async () => {
    expect(await jsonOf(post('/auth/signup', { email, password }))).toEqual({ status: 'confirmation_required' });
    await expectProblem(await post('/auth/login', { email, password }), 403, 'EmailNotConfirmed');
    await expectProblem(await post('/auth/login', { email, password: 'wrong' }), 401, 'InvalidCredentials');
    await expectProblem(await post('/auth/confirm', { email, code: '000000' }), 400, 'InvalidCode');
  });

  test('signing up again answers alike and mails a new code, and only the newest code works', async () => {
    const first = await codeFor(email);
    expect(await jsonOf(post('/auth/signup', { email, password }))).toEqual({ status: 'confirmation_required' });
    const second = await codeFor(email);
    if (first !== second) await expectProblem(await post('/auth/confirm', { email, code: first }), 400, 'InvalidCode');
    expect(await jsonOf(post('/auth/confirm', { email, code: second }))).toEqual({ status: 'confirmed' });
    await expectProblem(await post('/auth/confirm', { email, code: second }), 400, 'InvalidCode');
    expect(await jsonOf(post('/auth/signup', { email, password }))).toEqual({ status: 'confirmation_required' });
  });

  test('a signed-in user is known by the record of the account', async () => {
    const tokens = await jsonOf(post('/auth/login', { email: 'DORA@example.com', password }));
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3600, refresh_token: expect.any(String) });
    expect(await jsonOf(get('/me', tokens.access_token))).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email,
      email_verified: true,
      is_active: true,
      groups: [],
    });
    await expectProblem(await get('/me', tokens.id_token), 401, 'Unauthenticated');
    const [header, payload, signature] = tokens.access_token.split('.');
    const forged = [header, payload, signature.replace(/^./, (c: string) => (c === 'A' ? 'B' : 'A'))].join('.');
    await expectProblem(await get('/me', forged), 401, 'Unauthenticated');
  });

  test.each([['none'], ['garbage'], ['a.b.c']])('a token that is %s is 401 on every route that asks', async (kind) => {
    const token = kind === 'none' ? undefined : kind;
    await expectProblem(await get('/me', token), 401, 'Unauthenticated');
    await expectProblem(await get('/files', token), 401, 'Unauthenticated');
    await expectProblem(await get('/files/YQ/content', token), 401, 'Unauthenticated');
    await expectProblem(await post('/files/YQ/query', { expression: 'x' }, token), 401, 'Unauthenticated');
  });

  test('an unknown email signs in as a wrong password does', async () => {
    const known = await jsonOf(post('/auth/login', { email, password: 'wrong' }));
    const unknown = await jsonOf(post('/auth/login', { email: 'nobody@example.com', password }));
    expect([unknown.code, unknown.detail, unknown.status]).toEqual([known.code, known.detail, known.status]);
  });

  test('weak passwords, bad emails and unknown fields are 400 with a pointer', async () => {
    const weak = await expectProblem(
      await post('/auth/signup', { email: 'e@example.com', password: 'short' }),
      400,
      'PasswordNotAccepted',
    );
    expect(weak.errors[0].pointer).toBe('/password');
    const bad = await expectProblem(
      await post('/auth/signup', { email: 'nobody', password, admin: true }),
      400,
      'ValidationFailed',
    );
    expect(bad.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/email', '/admin']);
  });
});

describe('the edges of the API', () => {
  test('open routes answer anyone, any origin, with a request id', async () => {
    const health = await get('/health', undefined, { origin: 'https://page.example' });
    expect(await jsonOf(health)).toEqual({ status: 'ok' });
    expect(health.headers.get('access-control-allow-origin')).toBe('*');
    expect(health.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await jsonOf(get('/limits'))).toMatchObject({
      direct_max_bytes: 4194304,
      stream_max_bytes: 190000000,
    });
  });

  test('unknown paths are 404, wrong methods 405 with Allow, inside the version and out of it', async () => {
    await expectProblem(await get('/no/such/route'), 404, 'RouteNotFound');
    await expectProblem(await fetch(`${server.current.url}/api/v2`), 404, 'RouteNotFound');
    const wrong = await api('/files', { method: 'DELETE' });
    expect(wrong.headers.get('allow')).toBe('GET, POST, OPTIONS');
    await expectProblem(wrong, 405, 'MethodNotAllowed');
  });

  test('a preflight request is answered without a token', async () => {
    const preflight = await api('/files', {
      method: 'OPTIONS',
      headers: { origin: 'https://page.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, POST');
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  });
});
