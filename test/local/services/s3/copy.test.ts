import { createHash } from 'node:crypto';
import { CopyObjectCommand, type CopyObjectCommandInput } from '@aws-sdk/client-s3';
import { failure, openBucket, status, type TestBucket } from './fixture';

let files: TestBucket;
beforeAll(async () => {
  files = await openBucket();
});
afterAll(() => files.close());

const copy = (from: string, Key: string, more: Partial<CopyObjectCommandInput> = {}) =>
  files.client.send(
    new CopyObjectCommand({
      Bucket: files.bucket,
      Key,
      CopySource: encodeURIComponent(`${files.bucket}/${from}`),
      ...more,
    }),
  );

test('a copy has the bytes and all that was said of them, whatever becomes of the source', async () => {
  await files.put('from ü+', 'content', { ContentType: 'text/csv', Metadata: { a: 'b' } });
  const copied = await copy('from ü+', 'to');
  expect(copied.CopyObjectResult?.ETag).toBe(`"${createHash('md5').update('content').digest('hex')}"`);
  await files.delete('from ü+');
  expect(await files.text('to')).toBe('content');
  expect(await files.head('to')).toMatchObject({ ContentType: 'text/csv', Metadata: { a: 'b' } });
});

test('metadata can be replaced, and a copy onto itself must', async () => {
  await files.put('self', 'x', { Metadata: { a: 'old' } });
  await expect(copy('self', 'self')).rejects.toMatchObject(failure('InvalidRequest', 400));
  await copy('self', 'self', { MetadataDirective: 'REPLACE', Metadata: { a: 'new' }, ContentType: 'text/plain' });
  expect(await files.head('self')).toMatchObject({ Metadata: { a: 'new' }, ContentType: 'text/plain' });
  expect(await files.text('self')).toBe('x');
});

test('the conditions of the source are kept, and so are those of the target', async () => {
  const { ETag } = await files.put('source', 'x');
  await files.put('target', 'y');
  for (const more of [
    { CopySourceIfMatch: '"other"' },
    { CopySourceIfNoneMatch: ETag },
    { CopySourceIfModifiedSince: new Date(Date.now() + 1000) },
    { IfNoneMatch: '*' },
  ]) {
    await expect(copy('source', 'target', more)).rejects.toMatchObject(failure('PreconditionFailed', 412));
  }
  expect(await files.text('target')).toBe('y');
  await copy('source', 'target', { CopySourceIfMatch: ETag });
  expect(await files.text('target')).toBe('x');
});

test('a source that is not there, or is no source, is refused', async () => {
  await expect(copy('missing', 'to')).rejects.toMatchObject(failure('NoSuchKey', 404));
  for (const CopySource of ['no-key', `${files.bucket}/`, '/']) {
    await expect(copy('x', 'to', { CopySource })).rejects.toMatchObject(status(400));
  }
});
