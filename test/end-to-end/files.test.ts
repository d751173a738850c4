import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientOf, expectProblem } from './client';
import { jsonOf, root, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();
const { send, get, post, upload, aUser } = clientOf(server);
const sample = (name: string) => readFileSync(join(root, 'node_modules', 'vega-datasets', 'data', name));

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

test('If-Range asks for the range of one version only', async () => {
  const file = await jsonOf(upload(ann, 'if-range.csv', Buffer.from('0123456789')));
  const ask = async (ifRange: string) => {
    const answer = await get(`/files/${file.id}/content`, ann, { range: 'bytes=2-4', 'if-range': ifRange });
    return [answer.status, await answer.text()];
  };
  expect(await ask(file.etag)).toEqual([206, '234']);
  for (const other of ['"other"', `W/${file.etag}`, new Date().toUTCString()]) {
    expect(await ask(other)).toEqual([200, '0123456789']);
  }
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
    Array.from({ length: 20 }, (_, i) => upload(ann, 'once.csv', Buffer.from(`a\n${i}\n`))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(409)]);
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
  const sent = await send('/files', { method: 'POST', body: form }, ann);
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
  expect(problem.errors[0]).toMatchObject({ line: 2, column: 1, excerpt: 'FRM S3Object\n^' });

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

test('a file in another encoding is read by its name, and a byte that is none names its place', async () => {
  const { id } = await jsonOf(upload(ann, 'latin.csv', Buffer.from('town,n\nTromsø,1\n', 'latin1')));
  const ask = (input: object) => post(`/files/${id}/query`, { expression: 'SELECT town FROM S3Object', input }, ann);
  expect(await (await ask({ encoding: 'windows-1252' })).text()).toBe('Tromsø\n');
  const problem = await expectProblem(await ask({}), 400, 'InvalidTextEncoding');
  expect(problem.errors[0]).toMatchObject({ record: 2, byte: 12 });
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
