import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { aBucket, failure, get, put, type TestS3 } from './s3-fixture';

let s3: TestS3;
beforeAll(async () => {
  s3 = await aBucket();
  await put(s3, 'a b/ü.csv', 'signed');
});
afterAll(() => s3.close());

const clientWith = (options: object): TestS3 => ({
  ...s3,
  client: new S3Client({ endpoint: s3.endpoint, maxAttempts: 1, forcePathStyle: true, ...options }),
});
const presigned = (Key = 'a b/ü.csv', options: object = {}) =>
  getSignedUrl(s3.client, new GetObjectCommand({ Bucket: s3.Bucket, Key, ResponseContentType: 'text/plain' }), options);
const codeOf = async (response: Response) => /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];

test('a wrong secret is SignatureDoesNotMatch, an unknown key InvalidAccessKeyId, no signature AccessDenied', async () => {
  const wrong = clientWith({ credentials: { accessKeyId: 'test', secretAccessKey: 'wrong' } });
  await expect(get(wrong, 'a b/ü.csv')).rejects.toMatchObject(failure('SignatureDoesNotMatch', 403));
  await expect(put(wrong, 'x', 'x')).rejects.toMatchObject(failure('SignatureDoesNotMatch', 403));
  const unknown = clientWith({ credentials: { accessKeyId: 'nobody', secretAccessKey: 'test' } });
  await expect(get(unknown, 'a b/ü.csv')).rejects.toMatchObject(failure('InvalidAccessKeyId', 403));
  const unsigned = await fetch(`${s3.endpoint}/${s3.Bucket}/a%20b/%C3%BC.csv`);
  expect([unsigned.status, await codeOf(unsigned)]).toEqual([403, 'AccessDenied']);
});

test('a clock that is 16 minutes off is refused', async () => {
  const late = clientWith({ systemClockOffset: -16 * 60_000 });
  await expect(get(late, 'a b/ü.csv')).rejects.toMatchObject(failure('RequestTimeTooSkewed', 403));
});

test('a presigned URL reads, with the headers that it asks for', async () => {
  const response = await fetch(await presigned());
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    200,
    'text/plain',
    'signed',
  ]);
});

test('a presigned URL does what it was signed for, and nothing else', async () => {
  const url = await presigned();
  for (const changed of [
    url.replace('a%20b', 'other'),
    url.replace('text%2Fplain', 'text%2Fhtml'),
    `${url}&versionId=1`,
  ]) {
    const response = await fetch(changed);
    expect([response.status, await codeOf(response)]).toEqual([403, 'SignatureDoesNotMatch']);
  }
  expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
});

test('a presigned URL ends with its time', async () => {
  const signingDate = new Date(Date.now() - 120_000);
  const response = await fetch(await presigned('a b/ü.csv', { signingDate, expiresIn: 60 }));
  expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied']);
  const alive = await fetch(await presigned('a b/ü.csv', { signingDate, expiresIn: 3600 }));
  expect(alive.status).toBe(200);
});

test('a presigned URL writes', async () => {
  const client = clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' }).client;
  const url = await getSignedUrl(client, new PutObjectCommand({ Bucket: s3.Bucket, Key: 'put' }));
  expect((await fetch(url, { method: 'PUT', body: 'by URL' })).status).toBe(200);
  expect(await (await get(s3, 'put')).Body?.transformToString()).toBe('by URL');
});

test('an error is a document with its request id, in the answer to HEAD only a status', async () => {
  const response = await fetch(await presigned('missing'));
  const text = await response.text();
  expect(response.headers.get('content-type')).toBe('application/xml');
  expect(text).toContain('<Code>NoSuchKey</Code>');
  expect(text).toContain(`<RequestId>${response.headers.get('x-amz-request-id')}</RequestId>`);
});
