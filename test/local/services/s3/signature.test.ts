import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { clientOf, codeOf, credentials, failure, openBucket, otherEndpoint, type TestBucket } from './fixture';
import { sendRaw, sendSigned, sign } from './signed-request';

let files: TestBucket;
beforeAll(async () => {
  files = await openBucket();
  await files.put('file', 'content');
});
afterAll(() => files.close());

const minuteMs = 60_000;
const path = () => `/${files.bucket}/file`;
const ago = (ms: number) => new Date(Date.now() - ms);

describe('a signed request', () => {
  test('is refused with a wrong secret or an unknown id', async () => {
    const get = (changed: Partial<typeof credentials>) =>
      clientOf(files.endpoint, { credentials: { ...credentials, ...changed } }).send(
        new GetObjectCommand({ Bucket: files.bucket, Key: 'file' }),
      );
    await expect(get({ secretAccessKey: 'wrong' })).rejects.toMatchObject(failure('SignatureDoesNotMatch', 403));
    await expect(get({ accessKeyId: 'WRONG' })).rejects.toMatchObject(failure('InvalidAccessKeyId', 403));
  });

  test('is refused for another region', async () => {
    const client = clientOf(files.endpoint, { region: 'eu-west-3' });
    await expect(client.send(new GetObjectCommand({ Bucket: files.bucket, Key: 'file' }))).rejects.toMatchObject(
      failure('AuthorizationHeaderMalformed', 400),
    );
  });

  test('is refused when it is more than a quarter of an hour early or late', async () => {
    for (const ms of [-16 * minuteMs, 16 * minuteMs]) {
      const reply = await sendSigned(files.endpoint, { method: 'GET', path: path(), at: ago(ms) });
      expect(reply).toMatchObject({ status: 403, code: 'RequestTimeTooSkewed' });
    }
    for (const ms of [-14 * minuteMs, 14 * minuteMs]) {
      const reply = await sendSigned(files.endpoint, { method: 'GET', path: path(), at: ago(ms) });
      expect(reply).toMatchObject({ status: 200, body: 'content' });
    }
  });

  test('is refused when anything in it was changed', async () => {
    const { headers } = sign(files.endpoint, { method: 'GET', path: path(), headers: { range: 'bytes=0-1' } });
    const changes: readonly [method: string, path: string, headers: Record<string, string>][] = [
      ['GET', `${path()}2`, {}],
      ['GET', `${path()}?response-content-type=text%2Fhtml`, {}],
      ['DELETE', path(), {}],
      ['GET', path(), { range: 'bytes=0-5' }],
      ['GET', path(), { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }],
    ];
    for (const [method, changedPath, changed] of changes) {
      const reply = await sendRaw(files.endpoint, method, changedPath, { ...headers, ...changed });
      expect(reply).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    }
    expect(await sendRaw(files.endpoint, 'GET', path(), headers)).toMatchObject({ status: 206, body: 'co' });
  });

  test('is refused with an x-amz- header that is not signed', async () => {
    const unsigned = { 'x-amz-meta-added': 'later' };
    const reply = await sendSigned(files.endpoint, { method: 'GET', path: path(), unsigned });
    expect(reply).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  test('may have its headers spaced as it likes', async () => {
    const { headers } = sign(files.endpoint, { method: 'GET', path: path(), headers: { 'x-amz-meta-a': 'b c' } });
    const spaced = { ...headers, 'x-amz-meta-a': 'b    c' };
    expect(await sendRaw(files.endpoint, 'GET', path(), spaced)).toMatchObject({ status: 200 });
  });

  test('is refused where it is no signature of version 4', async () => {
    for (const [authorization, code] of [
      ['AWS test:abc', 'InvalidRequest'],
      ['AWS4-HMAC-SHA256 nonsense', 'AuthorizationHeaderMalformed'],
    ] as const) {
      const reply = await sendRaw(files.endpoint, 'GET', path(), { authorization });
      expect(reply).toMatchObject({ status: 400, code });
    }
    expect(await sendRaw(files.endpoint, 'GET', path(), {})).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  test('is refused with a session token, since there are no sessions', async () => {
    const client = clientOf(files.endpoint, { credentials: { ...credentials, sessionToken: 'token' } });
    await expect(client.send(new GetObjectCommand({ Bucket: files.bucket, Key: 'file' }))).rejects.toMatchObject({
      name: 'InvalidToken',
    });
  });
});

describe('a presigned URL', () => {
  const presignedGet = (more: object = {}, options: object = {}) =>
    getSignedUrl(files.client, new GetObjectCommand({ Bucket: files.bucket, Key: 'file', ...more }), {
      expiresIn: 60,
      ...options,
    });
  const refusal = async (url: string, init: RequestInit = {}) => {
    const response = await fetch(url, init);
    return [response.status, await codeOf(response)];
  };

  test('reads', async () => {
    const response = await fetch(await presignedGet());
    expect([response.status, await response.text()]).toEqual([200, 'content']);
  });

  test('reads a part, though the Range header is not signed', async () => {
    const response = await fetch(await presignedGet(), { headers: { range: 'bytes=3-' } });
    expect([response.status, await response.text()]).toEqual([206, 'tent']);
  });

  test('reads a key of any letters', async () => {
    const Key = 'a b+c/ü%"\'()*~&=#?.txt';
    await files.put(Key, 'nasty');
    expect(await (await fetch(await presignedGet({ Key }))).text()).toBe('nasty');
  });

  test('says with which headers it is answered', async () => {
    const url = await presignedGet({
      ResponseContentDisposition: 'attachment; filename="a b.csv"',
      ResponseContentType: 'text/csv',
      ResponseCacheControl: 'private',
    });
    const { headers } = await fetch(url);
    expect(headers.get('content-disposition')).toBe('attachment; filename="a b.csv"');
    expect(headers.get('content-type')).toBe('text/csv');
    expect(headers.get('cache-control')).toBe('private');
  });

  test.each(['a\r\nset-cookie: a=b', 'filename=漢'])(
    'cannot be answered with a header that is none: %j',
    async (value) => {
      expect(await refusal(await presignedGet({ ResponseContentDisposition: value }))).toEqual([
        400,
        'InvalidArgument',
      ]);
    },
  );

  test('writes, with the headers that it names', async () => {
    const client = clientOf(files.endpoint, { requestChecksumCalculation: 'WHEN_REQUIRED' });
    const input = { Bucket: files.bucket, Key: 'put', ContentType: 'text/csv', Metadata: { a: 'b' } };
    const url = await getSignedUrl(client, new PutObjectCommand(input), {
      expiresIn: 60,
      signableHeaders: new Set(['content-type']),
    });
    expect(await refusal(url, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/html' } })).toEqual([
      403,
      'SignatureDoesNotMatch',
    ]);
    const response = await fetch(url, { method: 'PUT', body: 'written', headers: { 'content-type': 'text/csv' } });
    expect(response.status).toBe(200);
    expect(await files.text('put')).toBe('written');
    expect(await files.head('put')).toMatchObject({ ContentType: 'text/csv', Metadata: { a: 'b' } });
  });

  test('writes nothing but the bytes whose checksum it names', async () => {
    const command = new PutObjectCommand({ Bucket: files.bucket, Key: 'summed' });
    // Since 3.729 the SDK adds the CRC32 of no bytes, unless it is told not to.
    const url = await getSignedUrl(files.client, command, { expiresIn: 60 });
    expect(new URL(url).searchParams.get('x-amz-checksum-crc32')).toBe('AAAAAA==');
    expect(await refusal(url, { method: 'PUT', body: 'x' })).toEqual([400, 'BadDigest']);
    expect((await fetch(url, { method: 'PUT', body: '' })).status).toBe(200);
  });

  test('is refused once it has expired', async () => {
    expect(await refusal(await presignedGet({}, { signingDate: ago(2 * minuteMs) }))).toEqual([403, 'AccessDenied']);
    expect(await refusal(await presignedGet({}, { signingDate: ago(-20 * minuteMs) }))).toEqual([403, 'AccessDenied']);
  });

  test('is refused when anything in it was changed', async () => {
    const url = await presignedGet({ ResponseContentType: 'text/csv' });
    for (const changed of [
      url.replace('/file', '/other'),
      url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'),
      url.replace('text%2Fcsv', 'text%2Fhtml'),
      `${url}&versionId=1`,
      url.replace(/X-Amz-Signature=.{64}/, `X-Amz-Signature=${'0'.repeat(64)}`),
    ]) {
      expect(changed).not.toBe(url);
      expect(await refusal(changed)).toEqual([403, 'SignatureDoesNotMatch']);
    }
    expect(await refusal(url, { method: 'PUT', body: 'x' })).toEqual([403, 'SignatureDoesNotMatch']);
  });

  test('is refused without its parameters, or with more time than a week', async () => {
    const url = await presignedGet();
    for (const changed of [
      url.replace(/X-Amz-Date=[^&]+&/, ''),
      url.replace(/&X-Amz-Signature=[^&]+/, ''),
      url.replace('X-Amz-Expires=60', 'X-Amz-Expires=0'),
      url.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801'),
    ]) {
      expect(await refusal(changed)).toEqual([400, 'AuthorizationQueryParametersError']);
    }
  });

  test('goes with no other signature', async () => {
    const url = new URL(await presignedGet());
    const { headers } = sign(files.endpoint, { method: 'GET', path: path() });
    const reply = await sendRaw(files.endpoint, 'GET', url.pathname + url.search, headers);
    expect(reply).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });
});

(otherEndpoint ? test.skip : test)('a presigned URL lives to its last second by the clock that is given', async () => {
  const signedAt = Math.floor(Date.now() / 1000) * 1000;
  let nowMs = signedAt;
  const bucket = await openBucket(() => nowMs);
  try {
    await bucket.put('file', 'content');
    const command = new GetObjectCommand({ Bucket: bucket.bucket, Key: 'file' });
    const url = await getSignedUrl(bucket.client, command, { expiresIn: 3600, signingDate: new Date(signedAt) });
    nowMs = signedAt + 3_599_999;
    expect((await fetch(url)).status).toBe(200);
    nowMs = signedAt + 3_600_000;
    expect((await fetch(url)).status).toBe(403);
  } finally {
    await bucket.close();
  }
});
