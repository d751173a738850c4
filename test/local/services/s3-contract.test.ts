import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
} from '@aws-sdk/client-s3';
import { aBucket, failure, get, put, type TestS3, textOf } from './s3-fixture';

let s3: TestS3;
beforeAll(async () => {
  s3 = await aBucket();
});
afterAll(() => s3.close());

const head = (Key: string, more: object = {}) =>
  s3.client.send(new HeadObjectCommand({ Bucket: s3.Bucket, Key, ...more }));

describe('buckets', () => {
  test('are listed, found and created again without an error', async () => {
    await s3.client.send(new CreateBucketCommand({ Bucket: s3.Bucket }));
    await s3.client.send(new HeadBucketCommand({ Bucket: s3.Bucket }));
    const { Buckets } = await s3.client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toContain(s3.Bucket);
  });

  test.each(['ab', 'Upper', 'a..b', '-ab', 'ab-', 'a_b', '192.168.0.1', 'a'.repeat(64), 'xn--ab'])(
    'cannot be called %s',
    async (Bucket) => {
      await expect(s3.client.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject(
        failure('InvalidBucketName', 400),
      );
    },
  );

  test('that do not exist are missing', async () => {
    const missing = { ...s3, Bucket: 'no-such-bucket' };
    await expect(get(missing, 'a')).rejects.toMatchObject(failure('NoSuchBucket', 404));
    await expect(put(missing, 'a', 'x')).rejects.toMatchObject(failure('NoSuchBucket', 404));
    await expect(s3.client.send(new HeadBucketCommand(missing))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe('objects', () => {
  test('come back byte for byte, with headers and metadata', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 251));
    const { ETag } = await put(s3, 'bytes', bytes, {
      ContentType: 'text/csv',
      ContentDisposition: 'attachment',
      ContentEncoding: 'gzip',
      CacheControl: 'no-store',
      Metadata: { colour: 'red' },
    });
    expect(ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`);
    const object = await get(s3, 'bytes');
    expect(Buffer.from((await object.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    const described = {
      ETag,
      ContentLength: bytes.length,
      ContentType: 'text/csv',
      ContentDisposition: 'attachment',
      ContentEncoding: 'gzip',
      CacheControl: 'no-store',
      Metadata: { colour: 'red' },
      AcceptRanges: 'bytes',
    };
    expect(object).toMatchObject(described);
    expect(await head('bytes')).toMatchObject(described);
  });

  test('may be empty, and are replaced and deleted, also twice', async () => {
    await put(s3, 'short-lived', Buffer.alloc(0));
    expect(await textOf(s3, 'short-lived')).toBe('');
    await put(s3, 'short-lived', 'second');
    expect(await textOf(s3, 'short-lived')).toBe('second');
    const remove = () => s3.client.send(new DeleteObjectCommand({ Bucket: s3.Bucket, Key: 'short-lived' }));
    await remove();
    await remove();
    await expect(get(s3, 'short-lived')).rejects.toMatchObject(failure('NoSuchKey', 404));
    await expect(head('short-lived')).rejects.toMatchObject({ name: 'NotFound', $metadata: { httpStatusCode: 404 } });
  });

  test.each([
    'a b',
    'a+b',
    'a%2Fb',
    '100%',
    'å/∂/🫐',
    '../../etc/passwd',
    './a',
    'a//b',
    'a/',
    '"q"',
    "it's",
    'a?b#c&d=e',
    '~!*()',
    '\u0001',
    'k'.repeat(1024),
  ])('may have the key %p', async (key) => {
    await put(s3, key, `object ${key}`);
    expect(await textOf(s3, key)).toBe(`object ${key}`);
  });

  test('cannot have a key of more than 1024 bytes of UTF-8', async () => {
    await expect(put(s3, 'å'.repeat(513), 'x')).rejects.toMatchObject(failure('KeyTooLongError', 400));
  });

  test('keep being read whole by who began before they were replaced', async () => {
    const size = 3_000_000;
    await put(s3, 'replaced', Buffer.alloc(size, 'a'));
    const before = await get(s3, 'replaced');
    await put(s3, 'replaced', Buffer.alloc(size, 'b'));
    expect(await before.Body?.transformToString()).toBe('a'.repeat(size));
    expect(await textOf(s3, 'replaced')).toBe('b'.repeat(size));
  });
});

describe('conditions', () => {
  test('a creation is made once: of 20 at the same time one wins, and its bytes stay', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => put(s3, 'once', `winner ${i}`, { IfNoneMatch: '*' }).then(() => i)),
    );
    const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(winners).toHaveLength(1);
    expect(await textOf(s3, 'once')).toBe(`winner ${winners[0]}`);
    const losers = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.name] : []));
    for (const name of losers) expect(['PreconditionFailed', 'ConditionalRequestConflict']).toContain(name);
  });

  test('a replacement needs the ETag that it asks for', async () => {
    const { ETag } = await put(s3, 'versioned', '1');
    await put(s3, 'versioned', '2', { IfMatch: ETag });
    await expect(put(s3, 'versioned', '3', { IfMatch: ETag })).rejects.toMatchObject(
      failure('PreconditionFailed', 412),
    );
    await expect(put(s3, 'never', '1', { IfMatch: ETag })).rejects.toMatchObject(failure('NoSuchKey', 404));
    expect(await textOf(s3, 'versioned')).toBe('2');
  });

  test('a read is 304 for what the reader has, and 412 for what is not there any more', async () => {
    const { ETag } = await put(s3, 'read', 'x');
    const { LastModified } = await head('read');
    const later = new Date((LastModified?.getTime() ?? 0) + 1000);
    const earlier = new Date((LastModified?.getTime() ?? 0) - 1000);
    const status = (options: object) =>
      get(s3, 'read', options).then(
        () => 200,
        (error) => error.$metadata.httpStatusCode,
      );
    expect(await status({ IfNoneMatch: ETag })).toBe(304);
    expect(await status({ IfNoneMatch: '"other"' })).toBe(200);
    expect(await status({ IfMatch: ETag })).toBe(200);
    expect(await status({ IfMatch: '"other"' })).toBe(412);
    expect(await status({ IfModifiedSince: LastModified })).toBe(304);
    expect(await status({ IfModifiedSince: earlier })).toBe(200);
    expect(await status({ IfUnmodifiedSince: later })).toBe(200);
    expect(await status({ IfUnmodifiedSince: earlier })).toBe(412);
  });
});

test.each([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=-2', '89', 'bytes 8-9/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
  ['bytes=-99', '0123456789', 'bytes 0-9/10'],
])('the range %s is %s', async (Range, text, contentRange) => {
  await put(s3, 'digits', '0123456789');
  const part = await get(s3, 'digits', { Range });
  expect([part.$metadata.httpStatusCode, part.ContentRange, await part.Body?.transformToString()]).toEqual([
    206,
    contentRange,
    text,
  ]);
});

test('a range beyond the end is 416', async () => {
  await put(s3, 'digits', '0123456789');
  await expect(get(s3, 'digits', { Range: 'bytes=10-' })).rejects.toMatchObject(failure('InvalidRange', 416));
});

describe('checksums', () => {
  const checksumOf = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('base64');

  test('are verified, kept and told on request', async () => {
    const sha256 = checksumOf('sha256', 'hello');
    await put(s3, 'checked', 'hello', { ChecksumSHA256: sha256 });
    expect((await get(s3, 'checked', { ChecksumMode: 'ENABLED' })).ChecksumSHA256).toBe(sha256);
    await put(s3, 'checked', 'hello', { ChecksumAlgorithm: 'SHA1' });
    expect((await head('checked', { ChecksumMode: 'ENABLED' })).ChecksumSHA1).toBe(checksumOf('sha1', 'hello'));
    await put(s3, 'checked', 'hello');
    expect((await head('checked', { ChecksumMode: 'ENABLED' })).ChecksumCRC32).toBe('NhCmhg==');
  });

  test.each([
    ['SHA-256', { ChecksumSHA256: checksumOf('sha256', 'other') }],
    ['SHA-1', { ChecksumSHA1: checksumOf('sha1', 'other') }],
    ['CRC32', { ChecksumCRC32: 'AAAAAA==' }],
    ['MD5', { ContentMD5: checksumOf('md5', 'other') }],
  ])('a wrong %s refuses the write, and nothing is there', async (_, wrong) => {
    await expect(put(s3, 'refused', 'hello', wrong)).rejects.toMatchObject(failure('BadDigest', 400));
    await expect(head('refused')).rejects.toMatchObject({ name: 'NotFound' });
  });
});

test('what is not emulated says so', async () => {
  if (process.env['S3_ENDPOINT']) return;
  const call = s3.client.send(new CreateMultipartUploadCommand({ Bucket: s3.Bucket, Key: 'a' }));
  await expect(call).rejects.toMatchObject(failure('NotImplemented', 501));
});
