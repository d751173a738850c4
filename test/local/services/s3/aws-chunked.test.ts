import { decodeAwsChunked } from '../../../../local/services/s3/aws-chunked';
import type { Signing } from '../../../../local/services/s3/signature';
import { hmac } from './signed-request';

// The examples of the S3 API reference, "Signature calculations for the Authorization header: transferring payload in
// multiple chunks", and the one "including trailing headers": 66560 times the letter a, in chunks of 64 KB and 1 KB.

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const scope = '20130524/us-east-1/s3/aws4_request';
const signing = (signature: string): Signing => ({
  key: scope.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secret}`)),
  date: '20130524T000000Z',
  scope,
  signature,
});

const example = (signatures: readonly string[], trailers: readonly string[]) =>
  [
    `10000;chunk-signature=${signatures[0]}`,
    'a'.repeat(65_536),
    `400;chunk-signature=${signatures[1]}`,
    'a'.repeat(1024),
    `0;chunk-signature=${signatures[2]}`,
    ...trailers,
    '',
    '',
  ].join('\r\n');

const examples = {
  'without trailers': {
    seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    body: example(
      [
        'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
        '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
        'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
      ],
      [],
    ),
    trailers: [],
  },
  'with a trailer': {
    seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    body: example(
      [
        'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
        '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
        '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
      ],
      [
        'x-amz-checksum-crc32c:sOO8/Q==',
        'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
      ],
    ),
    trailers: [['x-amz-checksum-crc32c', 'sOO8/Q==']],
  },
};

async function* inPiecesOf(size: number, text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decode(text: string, pieceBytes: number, seed: string) {
  const body = decodeAwsChunked(inPiecesOf(pieceBytes, text), signing(seed));
  let decoded = '';
  for await (const chunk of body.chunks) decoded += chunk.toString('latin1');
  return { decoded, trailers: [...body.trailers] };
}

describe.each(Object.entries(examples))('the example %s', (_, { seed, body, trailers }) => {
  test.each([1_000_000, 65_536, 1021, 7, 3, 2, 1])('is decoded and verified from pieces of %i bytes', async (size) => {
    expect(await decode(body, size, seed)).toEqual({ decoded: 'a'.repeat(66_560), trailers });
  });

  test('is refused when a byte of it was changed', async () => {
    for (const at of [100, 66_000]) {
      const changed = `${body.slice(0, at)}b${body.slice(at + 1)}`;
      await expect(decode(changed, 65_536, seed)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
    }
    await expect(decode(body, 65_536, seed.replace('4', '5').replace('1', '2'))).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
  });

  test('is refused wherever it is cut off', async () => {
    for (let end = 0; end < body.length; end += 1009) {
      await expect(decode(body.slice(0, end), 65_536, seed)).rejects.toMatchObject({ code: 'IncompleteBody' });
    }
  });
});
