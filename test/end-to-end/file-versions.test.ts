import { clientOf, expectProblem } from './client';
import { jsonOf, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();
const { send, get, upload, aUser } = clientOf(server);

let ann: string;
let bob: string;
beforeAll(async () => {
  [ann, bob] = await Promise.all([aUser('ann@example.com'), aUser('bob@example.com')]);
});

const aFile = async (name: string, text: string) => jsonOf(upload(ann, name, Buffer.from(text)));
const put = (id: string, body: RequestInit['body'], headers: Record<string, string> = {}, token = ann) =>
  send(`/files/${id}/content`, { method: 'PUT', headers, body }, token);
const head = (id: string, headers: Record<string, string> = {}, token = ann) =>
  send(`/files/${id}/content`, { method: 'HEAD', headers }, token);
const remove = (id: string, token = ann) => send(`/files/${id}`, { method: 'DELETE' }, token);
const text = async (id: string) => (await get(`/files/${id}/content`, ann)).text();

test.each([
  ['plain.csv', 'id,name\n1,a\n', ['id', 'name']],
  ['bom.csv', '\u{feff}"first, with a comma","second\nline"\r\n1,2\r\n', ['first, with a comma', 'second\nline']],
  [
    'many.csv',
    `${Array.from({ length: 12 }, (_, i) => `c${12 - i}`)}\n`,
    Array.from({ length: 12 }, (_, i) => `c${12 - i}`),
  ],
  ['empty.csv', '', []],
  ['one.txt', 'just words', ['just words']],
])('the metadata of %s have the columns of its header row', async (name, content, columns) => {
  const { sha256, ...file } = await aFile(name, content);
  const answer = await get(`/files/${file.id}`, ann);
  expect(answer.headers.get('etag')).toBe(file.etag);
  expect(await jsonOf(answer)).toEqual({ ...file, columns });
});

test('bytes that are no text have no columns', async () => {
  const { id } = await jsonOf(upload(ann, 'noise.csv', Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a])));
  expect(await jsonOf(get(`/files/${id}`, ann))).toMatchObject({ size: 5, columns: null });
});

test('HEAD answers the headers of a GET, and no bytes', async () => {
  const { id, etag } = await aFile('head.csv', 'a\n1\n');
  const [whole, headers] = [await get(`/files/${id}/content`, ann), await head(id)];
  const names = ['content-type', 'content-length', 'content-disposition', 'etag', 'accept-ranges', 'cache-control'];
  for (const name of names) expect([name, headers.headers.get(name)]).toEqual([name, whole.headers.get(name)]);
  expect([headers.status, await headers.text()]).toEqual([200, '']);

  const unchanged = await head(id, { 'if-none-match': etag });
  expect([unchanged.status, unchanged.headers.get('etag')]).toEqual([304, etag]);
  expect((await head('bm9uZQ')).status).toBe(404);
});

test('a replacement is what is read, listed and queried from then on', async () => {
  const file = await aFile('replaced.csv', 'a\n1\n');
  const answer = await put(file.id, 'a\n1\n2\n', { 'content-type': 'text/csv' });
  const replaced = await jsonOf(answer);
  expect(replaced).toMatchObject({ id: file.id, name: file.name, size: 6, content_type: 'text/csv' });
  expect(replaced.etag).not.toBe(file.etag);
  expect(answer.headers.get('etag')).toBe(replaced.etag);
  expect(await text(file.id)).toBe('a\n1\n2\n');
  const { data } = await jsonOf(get('/files?prefix=replaced', ann));
  expect(data).toMatchObject([{ etag: replaced.etag, size: 6 }]);
});

test('a form, or a body of no type, replaces a file too', async () => {
  const { id } = await aFile('form.csv', 'a\n');
  const form = new FormData();
  form.set('file', new Blob(['from a form\n'], { type: 'text/csv' }), 'another name.csv');
  expect(await jsonOf(put(id, form))).toMatchObject({ name: 'form.csv', content_type: 'text/csv' });
  expect(await text(id)).toBe('from a form\n');
  expect(await jsonOf(put(id, new Uint8Array(Buffer.from('raw\n'))))).toMatchObject({ content_type: 'text/csv' });
  expect(await text(id)).toBe('raw\n');
});

test('with If-Match only the version that it names is replaced; of two writers who read the same, one wins', async () => {
  const { id, etag } = await aFile('guarded.csv', 'a\n');
  const answers = await Promise.all(
    ['b\n', 'c\n', 'd\n', 'e\n'].map((body) => put(id, body, { 'if-match': etag, 'content-type': 'text/csv' })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  await expectProblem(answers.find(({ status }) => status === 412) as Response, 412, 'FileChanged');
  const winner = answers.find(({ status }) => status === 200) as Response;
  expect((await get(`/files/${id}/content`, ann)).headers.get('etag')).toBe(winner.headers.get('etag'));
});

test('a replacement never creates, and a deleted file is gone for all', async () => {
  await expectProblem(await put('bm9uZQ', 'x', { 'content-type': 'text/csv' }), 404, 'FileNotFound');
  const { id } = await aFile('gone.csv', 'a\n');
  await expectProblem(await remove(id, bob), 404, 'FileNotFound');
  await expectProblem(await put(id, 'x', { 'content-type': 'text/csv' }, bob), 404, 'FileNotFound');
  await expectProblem(await get(`/files/${id}`, bob), 404, 'FileNotFound');
  expect((await head(id, {}, bob)).status).toBe(404);

  expect(await jsonOf(remove(id))).toEqual({ deleted: true });
  await expectProblem(await remove(id), 404, 'FileNotFound');
  await expectProblem(await get(`/files/${id}`, ann), 404, 'FileNotFound');
  await expectProblem(await put(id, 'x', { 'content-type': 'text/csv', 'if-match': '*' }), 404, 'FileNotFound');
  expect((await jsonOf(get('/files?prefix=gone', ann))).data).toEqual([]);
  expect((await upload(ann, 'gone.csv', Buffer.from('again\n'))).status).toBe(200);
});

test('a replacement is held to the limits of an upload', async () => {
  const { id } = await aFile('limits.csv', 'a\n');
  await expectProblem(await put(id, Buffer.alloc(4 * 1024 * 1024 + 1, 'a')), 413, 'PayloadTooLarge');
  await expectProblem(await put(id, Buffer.from('PK\u0003\u0004...')), 415, 'UnsupportedFileType');
  expect(await text(id)).toBe('a\n');
});
