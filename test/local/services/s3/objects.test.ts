import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { failure, openBucket, status, type TestBucket } from './fixture';
import { sendSigned } from './signed-request';

let files: TestBucket;
beforeAll(async () => {
  files = await openBucket();
});
afterAll(() => files.close());

test('an object comes back byte for byte, with its headers and metadata', async () => {
  const bytes = randomBytes(300_000);
  const headers = {
    CacheControl: 'no-store',
    ContentDisposition: 'attachment; filename="a.csv"',
    ContentEncoding: 'gzip',
    ContentLanguage: 'de',
    ContentType: 'text/csv; charset=utf-8',
    Metadata: { colour: 'red', 'two-words': 'a b' },
  };
  const { ETag } = await files.put('whole', bytes, headers);
  expect(ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`);
  const { Body, ...object } = await files.get('whole');
  expect(bytes.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  expect(object).toMatchObject({ ...headers, ETag, ContentLength: 300_000, AcceptRanges: 'bytes' });
  expect(Math.abs(Date.now() - Number(object.LastModified))).toBeLessThan(60_000);
  expect(await files.head('whole')).toMatchObject({ ...headers, ETag, ContentLength: 300_000 });
});

test('an empty object is an object', async () => {
  await files.put('empty', '', { ContentLength: 0 });
  expect(await files.text('empty')).toBe('');
  expect(await files.head('empty')).toMatchObject({ ContentLength: 0, ContentType: 'application/octet-stream' });
});

test('without a type an object is bytes', async () => {
  await sendSigned(files.endpoint, { method: 'PUT', path: `/${files.bucket}/untyped`, body: 'x' });
  expect(await files.head('untyped')).toMatchObject({ ContentType: 'binary/octet-stream' });
});

test('a stream is stored without the framing in which it travels', async () => {
  const parts = [Buffer.alloc(70_000, 'x'), Buffer.alloc(30_000, 'y')];
  await files.put('streamed', Readable.from(parts), { ContentLength: 100_000, ContentEncoding: 'gzip' });
  const { Body, ContentEncoding } = await files.get('streamed');
  expect(Buffer.concat(parts).equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  expect(ContentEncoding).toBe('gzip');
});

test.each([
  'a b',
  'a+b',
  'a%20b',
  '%',
  'ä/漢字',
  '🎉/\u{10ffff}',
  '..',
  '../../etc/passwd',
  'a/../b',
  './a',
  '/leading',
  'double//slash',
  'trailing/',
  'quote"\'<&>',
  "it's (1)!*.txt",
  'q?z#h&x=1',
  'back\\slash',
  'e\u0301 is not \u00e9',
  'x'.repeat(1024),
  'é'.repeat(512),
  '__proto__',
])('a key is any text: %s', async (key) => {
  await files.put(key, key);
  expect(await files.text(key)).toBe(key);
  expect((await files.list({ Prefix: key })).Contents?.map(({ Key }) => Key)).toEqual([key]);
  await files.delete(key);
  await expect(files.head(key)).rejects.toMatchObject(status(404));
});

test.each(['x'.repeat(1025), 'é'.repeat(513)])('a key has at most 1024 bytes', async (key) => {
  await expect(files.put(key, 'x')).rejects.toMatchObject(failure('KeyTooLongError', 400));
  await expect(files.get(key)).rejects.toMatchObject(failure('KeyTooLongError', 400));
});

test.each(['%ff', '%', '%zz'])('a path that is not percent-encoded UTF-8 is refused: %s', async (key) => {
  const path = `/${files.bucket}/${key}`;
  expect(await sendSigned(files.endpoint, { method: 'GET', path })).toMatchObject({ status: 400 });
});

test('what does not exist is missing, and deleting it succeeds', async () => {
  await expect(files.get('missing')).rejects.toMatchObject(failure('NoSuchKey', 404));
  await expect(files.head('missing')).rejects.toMatchObject(failure('NotFound', 404));
  await expect(files.delete('missing')).resolves.toMatchObject(status(204));
});

test('an error is XML with its code and an id, and without a body after HEAD', async () => {
  const path = `/${files.bucket}/missing%26key`;
  const get = await sendSigned(files.endpoint, { method: 'GET', path });
  expect(get.headers['content-type']).toBe('application/xml');
  expect(get.headers['x-amz-request-id']).toMatch(/^[0-9A-Z]{16}$/);
  for (const [name, value] of [
    ['Code', 'NoSuchKey'],
    ['Message', 'The specified key does not exist.'],
    ['Key', 'missing&amp;key'],
    ['RequestId', get.headers['x-amz-request-id']],
  ]) {
    expect(get.body).toContain(`<${name}>${value}</${name}>`);
  }
  const head = await sendSigned(files.endpoint, { method: 'HEAD', path });
  expect(head).toMatchObject({ status: 404, body: '' });
  expect(head.headers['x-amz-request-id']).toBeDefined();
});

test('metadata has at most 2 KB', async () => {
  await expect(files.put('heavy', 'x', { Metadata: { a: 'x'.repeat(2048) } })).rejects.toMatchObject(
    failure('MetadataTooLarge', 400),
  );
});

describe('ranges', () => {
  beforeAll(async () => {
    await files.put('digits', '0123456789');
    await files.put('nothing', '', { ContentLength: 0 });
  });

  test.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-100', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-100', '0123456789', 'bytes 0-9/10'],
    ['bytes=0-0', '0', 'bytes 0-0/10'],
  ])('%s gives a part', async (Range, text, contentRange) => {
    const { Body, ...answer } = await files.get('digits', { Range });
    expect(await Body?.transformToString()).toBe(text);
    expect(answer).toMatchObject({ ...status(206), ContentRange: contentRange, ContentLength: text.length });
    expect(await files.head('digits', { Range })).toMatchObject({ ContentRange: contentRange });
  });

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('%s is beyond the end', async (Range) => {
    await expect(files.get('digits', { Range })).rejects.toMatchObject(failure('InvalidRange', 416));
  });

  test.each(['bytes=0-', 'bytes=-0'])('%s of nothing is beyond the end', async (Range) => {
    await expect(files.get('nothing', { Range })).rejects.toMatchObject(failure('InvalidRange', 416));
  });

  test('the last byte of nothing is nothing', async () => {
    const { Body } = await files.get('nothing', { Range: 'bytes=-1' });
    expect(await Body?.transformToString()).toBe('');
  });

  test.each(['bytes=a-b', 'bytes=4-2', 'lines=1-2', 'bytes=-'])('%s is no range, and gives all', async (Range) => {
    const { Body, ...answer } = await files.get('digits', { Range });
    expect(await Body?.transformToString()).toBe('0123456789');
    expect(answer).toMatchObject(status(200));
  });
});
