import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { ChecksumAlgorithm } from '@aws-sdk/client-s3';
import { failure, openBucket, otherEndpoint, status, type TestBucket } from './fixture';
import { hmac, type SignedRequest, sendSigned, sha256, sign } from './signed-request';

let files: TestBucket;
beforeAll(async () => {
  files = await openBucket();
});
afterAll(() => files.close());

const md5 = (text: string) => createHash('md5').update(text).digest('base64');
const putRaw = (key: string, more: Partial<SignedRequest> = {}) =>
  sendSigned(files.endpoint, { method: 'PUT', path: `/${files.bucket}/${key}`, body: 'content', ...more });
const expectMissing = (key: string) => expect(files.head(key)).rejects.toMatchObject(status(404));

describe('checksums', () => {
  // Of the nine bytes `123456789`: the usual check values.
  test.each([
    ['CRC32', 'ChecksumCRC32', 'y/Q5Jg=='],
    ['CRC32C', 'ChecksumCRC32C', '4waSgw=='],
    ['SHA1', 'ChecksumSHA1', '98O8HYCOBHMq32eZZczDTKeuNEE='],
    ['SHA256', 'ChecksumSHA256', 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU='],
  ] as const)('%s is verified, kept and answered to those who ask', async (algorithm, field, value) => {
    const key = `sum-${algorithm}`;
    await expect(files.put(key, '123456789', { [field]: value })).resolves.toMatchObject({ [field]: value });
    const asked = { ChecksumMode: 'ENABLED' } as const;
    expect(await files.head(key, asked)).toMatchObject({ [field]: value, ChecksumType: 'FULL_OBJECT' });
    expect(
      (await sendSigned(files.endpoint, { method: 'HEAD', path: `/${files.bucket}/${key}` })).headers,
    ).not.toHaveProperty(`x-amz-checksum-${algorithm.toLowerCase()}`);
    const wrong = Buffer.alloc(Buffer.from(value, 'base64').length).toString('base64');
    await expect(files.put(`${key}-wrong`, '123456789', { [field]: wrong })).rejects.toMatchObject(
      failure('BadDigest', 400),
    );
    await expectMissing(`${key}-wrong`);
  });

  test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)('%s may follow a stream', async (name) => {
    const bytes = randomBytes(100_000);
    const more = { ContentLength: bytes.length, ChecksumAlgorithm: name as ChecksumAlgorithm };
    await files.put('trailing', Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]), more);
    // The SDK compares what it reads with the checksum that it is told.
    const { Body } = await files.get('trailing', { ChecksumMode: 'ENABLED' });
    expect(bytes.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  });

  test('one that cannot be one is refused, and two as well', async () => {
    const cases: readonly Record<string, string>[] = [
      { 'x-amz-checksum-crc32': 'AAAA' },
      { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-crc32c': 'AAAAAA==' },
      { 'x-amz-sdk-checksum-algorithm': 'CRC32' },
      { 'x-amz-sdk-checksum-algorithm': 'SHA1', 'x-amz-checksum-crc32': 'AAAAAA==' },
    ];
    for (const headers of cases) {
      expect(await putRaw('refused', { headers })).toMatchObject({ status: 400, code: 'InvalidRequest' });
    }
    await expectMissing('refused');
  });

  (otherEndpoint ? test.skip : test)('one that is not known is not ignored', async () => {
    const headers = { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' };
    expect(await putRaw('unknown', { headers })).toMatchObject({ status: 501, code: 'NotImplemented' });
  });

  test('a part of an object has no checksum', async () => {
    await files.put('part', '123456789');
    const part = await files.get('part', { Range: 'bytes=0-3', ChecksumMode: 'ENABLED' });
    expect(part.ChecksumCRC32).toBeUndefined();
    expect(await part.Body?.transformToString()).toBe('1234');
  });

  test('Content-MD5 is verified', async () => {
    expect(await putRaw('md5', { headers: { 'content-md5': md5('content') } })).toMatchObject({ status: 200 });
    for (const [value, code] of [
      [md5('other'), 'BadDigest'],
      ['nonsense', 'InvalidDigest'],
    ] as const) {
      expect(await putRaw('md5-wrong', { headers: { 'content-md5': value } })).toMatchObject({ status: 400, code });
    }
    await expectMissing('md5-wrong');
  });
});

describe('a body', () => {
  test('is refused when it is not the one that was signed', async () => {
    expect(await putRaw('other', { payloadHash: sha256('other') })).toMatchObject({
      status: 400,
      code: 'XAmzContentSHA256Mismatch',
    });
    await expectMissing('other');
  });

  test('may be unsigned', async () => {
    expect(await putRaw('unsigned', { payloadHash: 'UNSIGNED-PAYLOAD' })).toMatchObject({ status: 200 });
    expect(await putRaw('unsigned', { payloadHash: 'nonsense' })).toMatchObject({
      status: 400,
      code: 'InvalidArgument',
    });
  });

  test('says its length', async () => {
    const headers = { 'transfer-encoding': 'chunked' };
    expect(await putRaw('endless', { unsigned: headers })).toMatchObject({ status: 501, code: 'NotImplemented' });
  });

  test('is refused beyond 5 GiB, before it is sent', async () => {
    const unsigned = { 'content-length': String(5 * 1024 ** 3 + 1), expect: '100-continue' };
    const { headers } = sign(files.endpoint, { method: 'PUT', path: `/${files.bucket}/huge`, unsigned });
    expect(await head(`PUT /${files.bucket}/huge`, headers)).toMatch(/^HTTP\/1.1 400 /);
  });

  test('is not asked for when it can only be refused', async () => {
    await files.put('taken', 'x');
    const path = `/${files.bucket}/taken`;
    const asked = { headers: { 'if-none-match': '*' }, unsigned: { 'content-length': '7', expect: '100-continue' } };
    const { headers } = sign(files.endpoint, { method: 'PUT', path, payloadHash: 'UNSIGNED-PAYLOAD', ...asked });
    expect(await head(`PUT ${path}`, headers)).toMatch(/^HTTP\/1.1 412 /);
    const { unsigned } = asked;
    const welcome = sign(files.endpoint, { method: 'PUT', path, payloadHash: 'UNSIGNED-PAYLOAD', unsigned });
    expect(await head(`PUT ${path}`, welcome.headers)).toMatch(/^HTTP\/1.1 100 /);
  });

  test('that is cut off leaves what was there', async () => {
    await files.put('cut', 'old');
    const path = `/${files.bucket}/cut`;
    const body = 'x'.repeat(1000);
    const { headers } = sign(files.endpoint, { method: 'PUT', path, body });
    await cutOff(`PUT ${path}`, { ...headers, 'content-length': '1000' }, body.slice(0, 500));
    expect(await files.text('cut')).toBe('old');
  });
});

/** What is answered first to a request whose body is not sent. */
function head(requestLine: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const { hostname, port } = new URL(files.endpoint);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.write(lines(requestLine, headers));
  });
}

/** Sends a part of a body and ends the connection; resolves when the other side has ended it, too. */
function cutOff(requestLine: string, headers: Readonly<Record<string, string>>, body: string): Promise<void> {
  const { hostname, port } = new URL(files.endpoint);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
    socket.end(lines(requestLine, headers) + body);
  });
}

const lines = (requestLine: string, headers: Readonly<Record<string, string>>): string =>
  `${[`${requestLine} HTTP/1.1`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n`;

describe('a body in chunks', () => {
  const bytes = randomBytes(20_000);
  const crc = (data: Buffer) => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(data));
    return sum.toString('base64');
  };

  /** Encodes `aws-chunked`, with signatures where a key is given. */
  function encode(sizes: readonly number[], trailer: string, signed?: ReturnType<typeof sign>): Buffer {
    const parts: Buffer[] = [];
    let [signature, at] = [signed?.signature ?? '', 0];
    for (const size of [...sizes, 0]) {
      const chunk = bytes.subarray(at, at + size);
      at += size;
      if (signed) {
        const text = ['AWS4-HMAC-SHA256-PAYLOAD', signed.date, signed.scope, signature, sha256(''), sha256(chunk)];
        signature = hmac(signed.key, text.join('\n')).toString('hex');
      }
      parts.push(Buffer.from(`${size.toString(16)}${signed ? `;chunk-signature=${signature}` : ''}\r\n`), chunk);
      if (size > 0) parts.push(Buffer.from('\r\n'));
    }
    if (trailer !== '') parts.push(Buffer.from(`${trailer}\r\n`));
    if (signed && trailer !== '') {
      const text = ['AWS4-HMAC-SHA256-TRAILER', signed.date, signed.scope, signature, sha256(`${trailer}\n`)];
      parts.push(Buffer.from(`x-amz-trailer-signature:${hmac(signed.key, text.join('\n')).toString('hex')}\r\n`));
    }
    return Buffer.concat([...parts, Buffer.from('\r\n')]);
  }

  const unsignedPut = (key: string, body: Buffer, more: Record<string, string> = {}) =>
    sendSigned(files.endpoint, {
      method: 'PUT',
      path: `/${files.bucket}/${key}`,
      payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': String(bytes.length),
        'x-amz-trailer': 'x-amz-checksum-crc32',
        ...more,
      },
      body,
    });
  const trailer = `x-amz-checksum-crc32:${crc(bytes)}`;

  test('is stored without its framing', async () => {
    expect(await unsignedPut('chunks', encode([8192, 11_808], trailer))).toMatchObject({ status: 200 });
    const { Body, ContentEncoding } = await files.get('chunks', { ChecksumMode: 'ENABLED' });
    expect(bytes.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
    expect(ContentEncoding).toBeUndefined();
  });

  test('is refused with a wrong checksum or length, without its trailer, or malformed', async () => {
    const whole = encode([20_000], trailer);
    const cases: readonly [string, Buffer, Record<string, string>?][] = [
      ['BadDigest', encode([20_000], 'x-amz-checksum-crc32:AAAAAA==')],
      ['MalformedTrailerError', encode([20_000], '')],
      ['MalformedTrailerError', encode([20_000], 'nonsense')],
      ['IncompleteBody', encode([10_000], trailer)],
      ['IncompleteBody', whole, { 'x-amz-decoded-content-length': '20001' }],
      ['IncompleteBody', whole, { 'x-amz-decoded-content-length': '19999' }],
      ['IncompleteBody', whole.subarray(0, 15_000)],
      ['IncompleteBody', whole.subarray(0, -2)],
      ['InvalidChunkSizeError', encode([8191, 11_809], trailer)],
      ['InvalidRequest', Buffer.from('no size\r\n')],
      ['InvalidRequest', Buffer.alloc(10_000, '0')],
      ['InvalidRequest', Buffer.concat([whole, Buffer.from('more')])],
    ];
    for (const [code, body, headers] of cases) {
      expect(await unsignedPut('refused-chunks', body, headers)).toMatchObject({ code });
    }
    await expectMissing('refused-chunks');
  });

  test.each([true, false])('may have its chunks signed, with a trailer: %s', async (hasTrailer) => {
    const asked = {
      method: 'PUT',
      path: `/${files.bucket}/signed-chunks`,
      payloadHash: `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${hasTrailer ? '-TRAILER' : ''}`,
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': String(bytes.length),
        ...(hasTrailer ? { 'x-amz-trailer': 'x-amz-checksum-crc32' } : {}),
      },
    };
    const at = new Date();
    const body = encode([10_000, 10_000], hasTrailer ? trailer : '', sign(files.endpoint, { ...asked, at }));
    const changed = Buffer.from(body);
    changed[5000] = (changed[5000] ?? 0) ^ 1;
    const changes = [changed];
    if (hasTrailer)
      changes.push(Buffer.from(body.toString('latin1').replace(/(trailer-signature:.{63})./, '$1-'), 'latin1'));
    for (const one of changes) {
      const reply = await sendSigned(files.endpoint, { ...asked, at, body: one });
      expect(reply).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    }
    await expectMissing('signed-chunks');
    expect(await sendSigned(files.endpoint, { ...asked, at, body })).toMatchObject({ status: 200 });
    const { Body } = await files.get('signed-chunks');
    expect(bytes.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
    await files.delete('signed-chunks');
  });
});
