import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { s3FileStore } from '../../src/aws/file-store';

const s3 = mockClient(S3Client);
process.env['FILES_BUCKET'] = 'files';
const store = s3FileStore();
beforeEach(() => s3.reset());

const content = { bytes: Buffer.from('hi'), contentType: 'text/csv', sha256: Buffer.from('digest') };
const fault = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, $fault: 'client', message: name, $metadata: { httpStatusCode } });

test('a listing decodes the keys that S3 sends URL-encoded, the plus sign too', async () => {
  s3.on(ListObjectsV2Command).resolves({
    IsTruncated: true,
    Contents: [
      { Key: 'ann%2540x/a+b%2Bc%25.csv', Size: 1, ETag: '"e"', LastModified: new Date('2026-01-02T03:04:05.678Z') },
    ],
  });
  expect(await store.list('ann%40x/', 1)).toEqual({
    files: [{ key: 'ann%40x/a b+c%.csv', size: 1, etag: '"e"', updatedAt: '2026-01-02T03:04:05Z' }],
    more: true,
  });
});

test('an empty listing is empty', async () => {
  s3.on(ListObjectsV2Command).resolves({});
  expect(await store.list('a/', 10)).toEqual({ files: [], more: false });
});

test('a creation asks S3 to create only and to check the digest', async () => {
  s3.on(PutObjectCommand).resolves({});
  s3.on(HeadObjectCommand).resolves({ ContentLength: 2, ETag: '"e"', LastModified: new Date(0) });
  await store.create('a/x', content);
  expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
    IfNoneMatch: '*',
    ChecksumSHA256: Buffer.from('digest').toString('base64'),
  });
});

test.each([
  ['PreconditionFailed', 412],
  ['ConditionalRequestConflict', 409],
])('a creation that S3 refuses with %s found the name taken', async (name, status) => {
  s3.on(PutObjectCommand).rejects(fault(name, status));
  expect(await store.create('a/x', content)).toBe('exists');
});

test('a replacement asks S3 to replace one version only', async () => {
  s3.on(PutObjectCommand).resolves({});
  s3.on(HeadObjectCommand).resolves({ ContentLength: 2, ETag: '"f"', LastModified: new Date(0) });
  expect(await store.replace('a/x', content, '"e"')).toMatchObject({ etag: '"f"', size: 2 });
  expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({ IfMatch: '"e"' });
});

test.each([
  ['PreconditionFailed', 412, 'changed'],
  ['ConditionalRequestConflict', 409, 'changed'],
  ['NoSuchKey', 404, 'missing'],
])('a replacement that S3 refuses with %s found another version, or none', async (name, status, outcome) => {
  s3.on(PutObjectCommand).rejects(fault(name, status));
  expect(await store.replace('a/x', content, '"e"')).toBe(outcome);
});

test("S3's 304 to a read or a head is told with the ETag that it names", async () => {
  const notModified = Object.assign(fault('NotModified', 304), { $response: { headers: { etag: '"e"' } } });
  s3.onAnyCommand().rejects(notModified);
  expect(await store.read('a/x', { ifNoneMatch: '*' })).toEqual({ kind: 'not-modified', etag: '"e"' });
  expect(await store.head('a/x', { ifNoneMatch: '*' })).toEqual({ kind: 'not-modified', etag: '"e"' });
});

test.each([
  [404, 'missing'],
  [412, 'changed'],
])("S3's %d to a read is %s", async (status, outcome) => {
  s3.on(GetObjectCommand).rejects(fault('X', status));
  expect(await store.read('a/x')).toBe(outcome);
});

test("S3's 416 to a read is told with the object's size, where S3 tells", async () => {
  s3.on(GetObjectCommand).rejects(Object.assign(fault('InvalidRange', 416), { ActualObjectSize: '10' }));
  expect(await store.read('a/x')).toEqual({ kind: 'range-not-satisfiable', size: 10 });
  s3.on(GetObjectCommand).rejects(fault('InvalidRange', 416));
  expect(await store.read('a/x')).toEqual({ kind: 'range-not-satisfiable' });
});

test.each(['list', 'create', 'replace', 'read', 'head', 'delete'] as const)(
  'what S3 denies or fails to do, %s does not hide',
  async (operation) => {
    for (const status of [403, 500, 503]) {
      s3.onAnyCommand().rejects(fault('AccessDenied', status));
      const call = {
        list: () => store.list('a/', 1),
        create: () => store.create('a/x', content),
        replace: () => store.replace('a/x', content, '"e"'),
        read: () => store.read('a/x'),
        head: () => store.head('a/x'),
        delete: () => store.delete('a/x'),
      }[operation];
      await expect(call()).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  },
);

/** A refusal of a write that the SDK has sent twice. */
const refusalOfSecondTry = () =>
  new S3ServiceException({
    name: 'PreconditionFailed',
    $fault: 'client',
    $metadata: { httpStatusCode: 412, attempts: 2 },
  });

test.each([
  ['a creation', () => store.create('a/x', content), 'exists'],
  ['a replacement', () => store.replace('a/x', content, '"e"'), 'changed'],
])('%s that only its own first try stands in the way of has been done', async (_, write, refused) => {
  s3.on(PutObjectCommand).rejects(refusalOfSecondTry());
  const there = { ContentLength: 2, ETag: '"f"', LastModified: new Date(0) };
  s3.on(HeadObjectCommand).callsFake(() => ({
    ...there,
    Metadata: s3.commandCalls(PutObjectCommand).at(-1)?.args[0].input.Metadata,
  }));
  expect(await write()).toMatchObject({ etag: '"f"', size: 2 });
  s3.on(HeadObjectCommand).resolves({ ...there, Metadata: { write: 'of-another' } });
  expect(await write()).toBe(refused);
  s3.on(HeadObjectCommand).rejects(fault('NotFound', 404));
  expect(await write()).toBe(refused);
});
