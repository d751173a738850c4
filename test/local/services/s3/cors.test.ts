import {
  type CORSRule,
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  GetObjectCommand,
  PutBucketCorsCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { codeOf, failure, openBucket, type TestBucket } from './fixture';

let files: TestBucket;
beforeAll(async () => {
  files = await openBucket();
});
afterAll(() => files.close());

const rules: CORSRule[] = [
  {
    AllowedOrigins: ['https://app.example.com', 'https://*.example.org'],
    AllowedMethods: ['PUT', 'GET'],
    AllowedHeaders: ['content-*', 'x-amz-date'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 600,
  },
  { AllowedOrigins: ['*'], AllowedMethods: ['HEAD'] },
];
const setRules = (CORSRules: CORSRule[]) =>
  files.client.send(new PutBucketCorsCommand({ Bucket: files.bucket, CORSConfiguration: { CORSRules } }));
const getRules = () => files.client.send(new GetBucketCorsCommand({ Bucket: files.bucket }));
const ask = (origin: string, method: string, headers?: string) =>
  fetch(`${files.endpoint}/${files.bucket}/key`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      ...(headers ? { 'access-control-request-headers': headers } : {}),
    },
  });

test('rules are kept as they are given, and can be deleted', async () => {
  await expect(getRules()).rejects.toMatchObject(failure('NoSuchCORSConfiguration', 404));
  await setRules(rules);
  expect((await getRules()).CORSRules).toEqual(rules);
  await files.client.send(new DeleteBucketCorsCommand({ Bucket: files.bucket }));
  await expect(getRules()).rejects.toMatchObject(failure('NoSuchCORSConfiguration', 404));
});

test.each([
  ['https://app.example.com', 'PUT', undefined, 'https://app.example.com'],
  ['https://app.example.com', 'PUT', 'Content-Type, X-Amz-Date', 'https://app.example.com'],
  ['https://a.b.example.org', 'GET', undefined, 'https://a.b.example.org'],
  ['https://anyone.example', 'HEAD', undefined, '*'],
])('a preflight request of %s for %s with %s is allowed', async (origin, method, headers, allowed) => {
  await setRules(rules);
  const answer = await ask(origin, method, headers);
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, allowed]);
  if (headers) expect(answer.headers.get('access-control-allow-headers')).toBe(headers.toLowerCase());
});

test.each([
  ['https://other.example.com', 'PUT', undefined],
  ['https://example.org', 'GET', undefined],
  ['https://app.example.com', 'DELETE', undefined],
  ['https://app.example.com', 'PUT', 'x-other'],
])('a preflight request of %s for %s with %s is refused', async (origin, method, headers) => {
  await setRules(rules);
  const answer = await ask(origin, method, headers);
  expect([answer.status, await codeOf(answer)]).toEqual([403, 'AccessForbidden']);
});

test('an answer tells a page that is allowed what it may see, refusals too', async () => {
  await setRules(rules);
  await files.put('key', 'x');
  const url = await getSignedUrl(files.client, new GetObjectCommand({ Bucket: files.bucket, Key: 'key' }));
  const headersOf = async (address: string, origin: string) =>
    Object.fromEntries((await fetch(address, { headers: { origin } })).headers);
  for (const address of [url, `${url}x`]) {
    expect(await headersOf(address, 'https://app.example.com')).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-expose-headers': 'ETag',
      vary: expect.stringContaining('Origin'),
    });
    expect(await headersOf(address, 'https://other.example')).not.toHaveProperty('access-control-allow-origin');
  }
});

test.each([
  [{ AllowedOrigins: ['*'], AllowedMethods: ['PATCH'] }, 'InvalidRequest'],
  [{ AllowedOrigins: ['https://*.*.example'], AllowedMethods: ['GET'] }, 'InvalidRequest'],
  [{ AllowedOrigins: [], AllowedMethods: ['GET'] }, 'MalformedXML'],
])('the rule %j is refused', async (rule, code) => {
  await expect(setRules([rule])).rejects.toMatchObject(failure(code, 400));
});
