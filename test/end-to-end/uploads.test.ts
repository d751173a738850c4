import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { clientOf, expectProblem } from './client';
import { jsonOf, type RunningServer, startServer } from './server';

jest.setTimeout(120_000);

const mebibyte = 1024 ** 2;
const dataDir = mkdtempSync(join(tmpdir(), 'datadock-uploads-'));
let server: RunningServer;
const { send, get, post, upload, aUser } = clientOf({
  get current() {
    return server;
  },
});
let ann: string;
let bob: string;
beforeAll(async () => {
  server = await startServer(dataDir);
  [ann, bob] = await Promise.all([aUser('ann@example.com'), aUser('bob@example.com')]);
});
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Session {
  readonly id: string;
  readonly part_size: number;
  readonly parts: readonly { readonly number: number; readonly url: string; readonly received: boolean }[];
  readonly expires_at: string;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const crcOf = (bytes: Uint8Array) => {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(bytes));
  return digest.toString('base64');
};
const begin = async (name: string, size: number, more: object = {}, token = ann): Promise<Session> =>
  jsonOf(post('/uploads', { name, size, ...more }, token));
const read = async (id: string): Promise<Session> => jsonOf(get(`/uploads/${id}`, ann));
const complete = (id: string, token = ann) => send(`/uploads/${id}/complete`, { method: 'POST' }, token);
const abort = (id: string, token = ann) => send(`/uploads/${id}`, { method: 'DELETE' }, token);
const sendPart = ({ parts, part_size }: Session, number: number, bytes: Buffer) =>
  fetch(parts[number - 1]?.url ?? '', {
    method: 'PUT',
    body: bytes.subarray((number - 1) * part_size, number * part_size),
  });
const sendAll = async (session: Session, bytes: Buffer) => {
  for (const { number } of session.parts) expect((await sendPart(session, number, bytes)).status).toBe(200);
};
const names = async () => (await jsonOf(get('/files?limit=1000', ann))).data.map(({ name }: { name: string }) => name);

test('a file in parts is what was sent, and is there only when it is completed', async () => {
  const bytes = randomBytes(20 * mebibyte + 1);
  const session = await begin('large.csv', bytes.length, { checksum_crc32: crcOf(bytes) });
  expect(session.part_size).toBe(8 * mebibyte);
  expect(session.parts.map(({ number, received }) => [number, received])).toEqual([
    [1, false],
    [2, false],
    [3, false],
  ]);
  await sendAll(session, bytes);
  expect(await names()).not.toContain('large.csv');
  const answer = await complete(session.id);
  const file = await jsonOf(answer);
  expect(file).toMatchObject({ name: 'large.csv', size: bytes.length, content_type: 'text/csv' });
  expect(answer.headers.get('location')).toBe(`/api/v1/files/${file.id}`);

  const content = await get(`/files/${file.id}/content`, ann);
  expect(content.headers.get('etag')).toBe(file.etag);
  expect(sha256(Buffer.from(await content.arrayBuffer()))).toBe(sha256(bytes));
  expect(await jsonOf(complete(session.id))).toEqual(file);
});

test('an upload goes on after kill -9 with the parts that were received, and is finished by new URLs', async () => {
  const bytes = randomBytes(100_000_000);
  const session = await begin('killed.bin', bytes.length);
  const total = session.parts.length;
  expect(total).toBe(12);
  let current = session;
  for (let sent = 0; sent < total; sent += 3) {
    const open = current.parts.filter(({ received }) => !received);
    expect(open).toHaveLength(total - sent);
    await Promise.all(open.slice(0, 3).map(({ number }) => sendPart(current, number, bytes)));
    await server.stop('SIGKILL');
    server = await startServer(dataDir);
    current = await read(session.id);
  }
  const file = await jsonOf(complete(session.id));
  const content = await get(`/files/${file.id}/content`, ann);
  expect(sha256(Buffer.from(await content.arrayBuffer()))).toBe(sha256(bytes));
});

test('one byte is a file in one part', async () => {
  const session = await begin('byte.csv', 1);
  await sendAll(session, Buffer.from('x'));
  expect(await jsonOf(complete(session.id))).toMatchObject({ size: 1 });
});

test('a lying size or checksum is refused, and nothing is listed', async () => {
  const bytes = Buffer.from('town\nOslo\n');
  const short = await begin('lie.csv', bytes.length + 1);
  await sendAll(short, bytes);
  expect((await read(short.id)).parts).toMatchObject([{ received: false }]);
  await expectProblem(await complete(short.id), 409, 'UploadIncomplete');

  const wrong = await begin('lie.csv', bytes.length, { checksum_crc32: crcOf(Buffer.from('other')) });
  await sendAll(wrong, bytes);
  await expectProblem(await complete(wrong.id), 409, 'UploadMismatch');
  expect(await names()).not.toContain('lie.csv');
});

test('what is missing is named, and may come later', async () => {
  const bytes = randomBytes(17 * mebibyte);
  const session = await begin('later.bin', bytes.length);
  await sendPart(session, 2, bytes);
  const problem = await expectProblem(await complete(session.id), 409, 'UploadIncomplete');
  expect(problem.detail).toContain('part 1, 3.');
  for (const number of [1, 3]) await sendPart(session, number, bytes);
  expect((await complete(session.id)).status).toBe(200);
});

test('a name that is taken is told at the beginning, or at the end where it was taken meanwhile', async () => {
  const session = await begin('taken.csv', 2);
  await sendAll(session, Buffer.from('x\n'));
  await upload(ann, 'taken.csv', Buffer.from('first\n'));
  await expectProblem(await complete(session.id), 409, 'FileExists');
  await expectProblem(await post('/uploads', { name: 'taken.csv', size: 1 }, ann), 409, 'FileExists');
});

test('of many completions at once all answer the same file', async () => {
  const session = await begin('at-once.csv', 2);
  await sendAll(session, Buffer.from('x\n'));
  const answers = await Promise.all(Array.from({ length: 6 }, () => complete(session.id)));
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
});

test('an aborted upload is gone, and so are its URLs', async () => {
  const session = await begin('aborted.csv', 1);
  await sendAll(session, Buffer.from('x'));
  expect(await jsonOf(abort(session.id))).toEqual({ aborted: true });
  await expectProblem(await abort(session.id), 404, 'UploadNotFound');
  await expectProblem(await get(`/uploads/${session.id}`, ann), 404, 'UploadNotFound');
  await expectProblem(await complete(session.id), 404, 'UploadNotFound');
  expect((await sendPart(session, 1, Buffer.from('x'))).status).toBe(404);
});

test("another user's upload is the same 404 as a missing one, and an id that was tampered with", async () => {
  const session = await begin('mine.csv', 1);
  const fields = JSON.parse(Buffer.from(session.id, 'base64url').toString());
  const tampered = (changed: unknown[]) => Buffer.from(JSON.stringify(changed)).toString('base64url');
  const ids = [
    session.id,
    'x',
    '%00',
    tampered([]),
    tampered(['../x', ...fields.slice(1)]),
    tampered([fields[0], -1, '', '', '']),
    tampered([...fields, 'more']),
  ];
  for (const id of ids) {
    await expectProblem(await get(`/uploads/${id}`, bob), 404, 'UploadNotFound');
    await expectProblem(await complete(id, bob), 404, 'UploadNotFound');
    await expectProblem(await abort(id, bob), 404, 'UploadNotFound');
  }
  expect((await read(session.id)).parts).toHaveLength(1);
});

test.each([
  [{ name: 'a.csv', size: 0 }, '/size'],
  [{ name: 'a.csv', size: 50 * 1024 ** 3 + 1 }, '/size'],
  [{ name: 'a.csv', size: 1.5 }, '/size'],
  [{ name: 'a.csv', size: '1' }, '/size'],
  [{ name: 'a.csv', size: 1, checksum_crc32: 'x' }, '/checksum_crc32'],
  [{ size: 1 }, '/name'],
])('%j is refused with a pointer', async (body, pointer) => {
  const problem = await expectProblem(await post('/uploads', body, ann), 400, 'ValidationFailed');
  expect(problem.errors[0].pointer).toBe(pointer);
});

test('the largest file has a thousand parts of 52 MiB', async () => {
  const session = await begin('huge.bin', 50 * 1024 ** 3);
  expect([session.part_size / mebibyte, session.parts.length]).toEqual([52, 985]);
  await abort(session.id);
});

test('a file that is too large for one request is told where it goes', async () => {
  const answer = await upload(ann, 'much.csv', Buffer.alloc(5 * mebibyte));
  expect(await expectProblem(answer, 413, 'PayloadTooLarge')).toMatchObject({ upload: { href: '/api/v1/uploads' } });
  const more = await upload(ann, 'more.csv', Buffer.alloc(11 * mebibyte));
  expect(await expectProblem(more, 413, 'PayloadTooLarge')).toMatchObject({ upload: { href: '/api/v1/uploads' } });
  expect(await jsonOf(get('/limits'))).toMatchObject({ part_min_bytes: 8 * mebibyte, max_bytes: 50 * 1024 ** 3 });
});

test('a page may send parts: the bucket answers its preflight request', async () => {
  const session = await begin('page.csv', 1);
  const origin = 'https://page.example';
  const preflight = await fetch(session.parts[0]?.url ?? '', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  const sent = await fetch(session.parts[0]?.url ?? '', { method: 'PUT', headers: { origin }, body: 'x' });
  expect(sent.headers.get('access-control-expose-headers')).toContain('ETag');
});

describe('a link', () => {
  test('answers the file to anyone, as a download of its name', async () => {
    const { id } = await jsonOf(upload(ann, 'blå bær.csv', Buffer.from('a\n1\n')));
    const { url, expires_at } = await jsonOf(post(`/files/${id}/link`, { expires_in: 60 }, ann));
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, 'a\n1\n']);
    expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''bl%C3%A5%20b%C3%A6r.csv");
    expect(Date.parse(expires_at) - Date.now()).toBeLessThanOrEqual(60_000);
    await expectProblem(await post(`/files/${id}/link`, { expires_in: 301 }, ann), 400, 'ValidationFailed');
    await expectProblem(await post(`/files/${id}/link`, {}, bob), 404, 'FileNotFound');
  });

  test('is the way to a file that is too large for an answer', async () => {
    const bytes = Buffer.alloc(190_000_001, 'a');
    const session = await begin('too-large.bin', bytes.length);
    await sendAll(session, bytes);
    const { id } = await jsonOf(complete(session.id));
    const problem = await expectProblem(await get(`/files/${id}/content`, ann), 400, 'UseLink');
    expect(problem.detail).toContain('/link');
    const part = await get(`/files/${id}/content`, ann, { range: 'bytes=0-9' });
    expect([part.status, await part.text()]).toEqual([206, 'aaaaaaaaaa']);
    const { url } = await jsonOf(post(`/files/${id}/link`, {}, ann));
    let received = 0;
    for await (const chunk of (await fetch(url)).body ?? []) received += (chunk as Uint8Array).length;
    expect(received).toBe(bytes.length);
  });
});
