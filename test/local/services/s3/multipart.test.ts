import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { clientOf, failure, openBucket, type TestBucket } from './fixture';

const mebibyte = 1024 ** 2;
const first = randomBytes(5 * mebibyte);
const second = randomBytes(5 * mebibyte + 1);
const last = randomBytes(17);
const whole = Buffer.concat([first, second, last]);

let files: TestBucket;
beforeAll(async () => {
  files = await openBucket();
});
afterAll(() => files.close());

const begin = async (Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) => {
  const { UploadId } = await files.client.send(
    new CreateMultipartUploadCommand({ Bucket: files.bucket, Key, ChecksumAlgorithm: 'CRC32', ...more }),
  );
  return { Bucket: files.bucket, Key, UploadId };
};
type Upload = Awaited<ReturnType<typeof begin>>;

const put = async (
  upload: Upload,
  PartNumber: number,
  Body: Uint8Array,
  more: Partial<UploadPartCommandInput> = {},
): Promise<CompletedPart> => {
  const { $metadata, ...sums } = await files.client.send(
    new UploadPartCommand({ ...upload, PartNumber, Body, ...more }),
  );
  return { PartNumber, ...sums };
};
const putAll = async (upload: Upload) => [
  await put(upload, 1, first),
  await put(upload, 2, second),
  await put(upload, 3, last),
];
const complete = (
  upload: Upload,
  Parts: readonly CompletedPart[],
  more: Partial<CompleteMultipartUploadCommandInput> = {},
) =>
  files.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [...Parts] }, ...more }));
const abort = (upload: Upload) => files.client.send(new AbortMultipartUploadCommand(upload));
const bytes = async (key: string, Range?: string) =>
  Buffer.from((await (await files.get(key, Range ? { Range } : {})).Body?.transformToByteArray()) ?? []);
const crcOf = (data: Uint8Array) => {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(data));
  return digest.toString('base64');
};
const md5 = (data: Uint8Array) => createHash('md5').update(data);

test('parts become one object, with the headers of its beginning and the ETag of its parts', async () => {
  const upload = await begin('whole', { ContentType: 'text/csv', Metadata: { size: '1' } });
  const parts = await putAll(upload);
  const etag = md5(Buffer.concat([first, second, last].map((part) => md5(part).digest()))).digest('hex');
  expect(await complete(upload, parts)).toMatchObject({ Key: 'whole', ETag: `"${etag}-3"` });
  expect(await files.head('whole')).toMatchObject({
    ContentLength: whole.length,
    ContentType: 'text/csv',
    Metadata: { size: '1' },
    ETag: `"${etag}-3"`,
  });
  expect((await bytes('whole')).equals(whole)).toBe(true);
});

test.each([
  ['within a part', 10, 20],
  ['up to the end of one', first.length - 3, first.length - 1],
  ['over a border', first.length - 2, first.length + 1],
  ['over a whole part', first.length - 1, first.length + second.length],
  ['all', 0, whole.length - 1],
])('a range is read %s', async (_, from, to) => {
  const upload = await begin('ranges');
  await complete(upload, await putAll(upload));
  const range = await bytes('ranges', `bytes=${from}-${to}`);
  expect(range.equals(whole.subarray(from, to + 1))).toBe(true);
});

test('parts come in any order, a part that comes again replaces the one before, and a part may be left out', async () => {
  const upload = await begin('orders');
  const three = await put(upload, 3, last);
  await put(upload, 2, second);
  await put(upload, 1, Buffer.from('never mind'));
  const one = await put(upload, 1, first);
  await complete(upload, [one, three]);
  expect((await bytes('orders')).equals(Buffer.concat([first, last]))).toBe(true);
});

test('a URL signed beforehand takes a part without any SDK', async () => {
  const upload = await begin('presigned', { ChecksumType: 'FULL_OBJECT' });
  // Else the SDK would sign the checksum of an empty body into the URL.
  const signer = clientOf(files.endpoint, { requestChecksumCalculation: 'WHEN_REQUIRED' });
  const url = await getSignedUrl(signer, new UploadPartCommand({ ...upload, PartNumber: 1 }));
  const response = await fetch(url, { method: 'PUT', body: last });
  const ETag = response.headers.get('etag') ?? '';
  expect([response.status, ETag]).toEqual([200, `"${md5(last).digest('hex')}"`]);
  expect(await complete(upload, [{ PartNumber: 1, ETag }])).toMatchObject({ ChecksumCRC32: crcOf(last) });
});

describe('checksums', () => {
  test('that of the whole object is known without reading it again', async () => {
    const upload = await begin('full', { ChecksumType: 'FULL_OBJECT' });
    const parts = await putAll(upload);
    const done = await complete(upload, parts, { ChecksumType: 'FULL_OBJECT', ChecksumCRC32: crcOf(whole) });
    expect(done).toMatchObject({ ChecksumCRC32: crcOf(whole), ChecksumType: 'FULL_OBJECT' });
    expect(await files.head('full', { ChecksumMode: 'ENABLED' })).toMatchObject({
      ChecksumCRC32: crcOf(whole),
      ChecksumType: 'FULL_OBJECT',
    });
  });

  test('a composite one is of the checksums of the parts', async () => {
    const upload = await begin('composite', { ChecksumAlgorithm: 'SHA256' });
    const parts = [
      await put(upload, 1, first, { ChecksumAlgorithm: 'SHA256' }),
      await put(upload, 2, last, { ChecksumAlgorithm: 'SHA256' }),
    ];
    const sums = [first, last].map((part) => createHash('sha256').update(part).digest());
    const composite = createHash('sha256').update(Buffer.concat(sums)).digest('base64');
    expect(await complete(upload, parts)).toMatchObject({
      ChecksumSHA256: `${composite}-2`,
      ChecksumType: 'COMPOSITE',
    });
  });

  test('a wrong one, of a part or of the whole, is refused, and the upload goes on', async () => {
    const upload = await begin('lies', { ChecksumType: 'FULL_OBJECT' });
    await expect(put(upload, 1, last, { ChecksumCRC32: crcOf(first) })).rejects.toMatchObject(
      failure('BadDigest', 400),
    );
    const parts = [await put(upload, 1, last)];
    await expect(complete(upload, parts, { ChecksumCRC32: crcOf(first) })).rejects.toMatchObject(
      failure('BadDigest', 400),
    );
    await expect(files.head('lies')).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    await complete(upload, parts, { ChecksumCRC32: crcOf(last) });
  });

  test('another algorithm than the upload was begun with is refused, and so is one that cannot be', async () => {
    const none = await begin('algorithms', { ChecksumAlgorithm: undefined });
    await expect(put(none, 1, last)).rejects.toMatchObject(failure('InvalidRequest', 400));
    const upload = await begin('algorithms');
    await expect(put(upload, 1, last, { ChecksumAlgorithm: 'SHA1' })).rejects.toMatchObject(
      failure('InvalidRequest', 400),
    );
    await expect(
      begin('algorithms', { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }),
    ).rejects.toMatchObject(failure('InvalidRequest', 400));
  });
});

describe('a completion is refused, and the upload goes on, where', () => {
  let upload: Upload;
  let parts: CompletedPart[];
  beforeAll(async () => {
    upload = await begin('refused');
    parts = [await put(upload, 1, Buffer.alloc(100)), await put(upload, 2, last)];
  });
  const refused: readonly (readonly [string, () => Promise<unknown>, string, number])[] = [
    ['a part but the last is smaller than 5 MiB', () => complete(upload, parts), 'EntityTooSmall', 400],
    ['the parts are out of order', () => complete(upload, [...parts].reverse()), 'InvalidPartOrder', 400],
    ['a part is named twice', () => complete(upload, [parts[1] ?? {}, parts[1] ?? {}]), 'InvalidPartOrder', 400],
    ['a part was never sent', () => complete(upload, [{ PartNumber: 9, ETag: '"x"' }]), 'InvalidPart', 400],
    ['an ETag is another', () => complete(upload, [{ PartNumber: 2, ETag: '"x"' }]), 'InvalidPart', 400],
    ['there are no parts', () => complete(upload, []), 'MalformedXML', 400],
    [
      'the size is another',
      () => complete(upload, parts.slice(1), { MpuObjectSize: 18 as never }),
      'InvalidRequest',
      400,
    ],
    ['the id is unknown', () => complete({ ...upload, UploadId: 'x' }, parts), 'NoSuchUpload', 404],
    ['the id is of another key', () => complete({ ...upload, Key: 'other' }, parts), 'NoSuchUpload', 404],
  ];
  test.each(refused)('%s', async (_, call, code, status) => {
    await expect(call()).rejects.toMatchObject(failure(code, status));
    await expect(files.head('refused')).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    const { Parts } = await files.client.send(new ListPartsCommand(upload));
    expect(Parts).toHaveLength(2);
  });
});

test.each([0, 10_001, 1.5])('part number %p is refused', async (PartNumber) => {
  const upload = await begin('numbers');
  await expect(put(upload, PartNumber, last)).rejects.toMatchObject(failure('InvalidArgument', 400));
});

test('a completion that may only create finds that the key was taken meanwhile', async () => {
  const upload = await begin('taken');
  const parts = [await put(upload, 1, last)];
  await files.put('taken', 'first come');
  await expect(complete(upload, parts, { IfNoneMatch: '*' })).rejects.toMatchObject(failure('PreconditionFailed', 412));
  expect(await files.text('taken')).toBe('first come');
  await files.delete('taken');
  await complete(upload, parts, { IfNoneMatch: '*' });
});

test('an upload that has ended, either way, is no upload any more', async () => {
  const completed = await begin('ended');
  const parts = [await put(completed, 1, last)];
  await complete(completed, parts);
  const aborted = await begin('ended');
  await put(aborted, 1, first);
  await abort(aborted);
  for (const upload of [completed, aborted]) {
    for (const call of [() => complete(upload, parts), () => put(upload, 1, last), () => abort(upload)]) {
      await expect(call()).rejects.toMatchObject(failure('NoSuchUpload', 404));
    }
  }
  expect((await bytes('ended')).equals(last)).toBe(true);
});

test('of several completions at once one wins', async () => {
  const upload = await begin('race');
  const parts = await putAll(upload);
  const answers = await Promise.allSettled(Array.from({ length: 5 }, () => complete(upload, parts)));
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect((await bytes('race')).equals(whole)).toBe(true);
});

test('parts are listed page by page, by number', async () => {
  const upload = await begin('listed', { ChecksumType: 'FULL_OBJECT' });
  for (const number of [3, 1, 10, 2]) await put(upload, number, Buffer.alloc(number));
  const page = await files.client.send(new ListPartsCommand({ ...upload, MaxParts: 3 }));
  expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '3', ChecksumType: 'FULL_OBJECT' });
  expect(page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  expect(page.Parts?.[0]?.ChecksumCRC32).toBe(crcOf(Buffer.alloc(1)));
  const next = await files.client.send(
    new ListPartsCommand({ ...upload, PartNumberMarker: page.NextPartNumberMarker }),
  );
  expect([next.IsTruncated, next.Parts?.map(({ PartNumber }) => PartNumber)]).toEqual([false, [10]]);
});

test('uploads under way are listed page by page, by key, and are no objects', async () => {
  const keys = ['u/b', 'u/a', 'u/ü +', 'u/a'];
  const uploads = [];
  for (const key of keys) uploads.push(await begin(key));
  const seen: (string | undefined)[] = [];
  let marker: { KeyMarker?: string; UploadIdMarker?: string } = {};
  for (;;) {
    const page = await files.client.send(
      new ListMultipartUploadsCommand({
        Bucket: files.bucket,
        Prefix: 'u/',
        MaxUploads: 1,
        EncodingType: 'url',
        ...marker,
      }),
    );
    seen.push(...(page.Uploads ?? []).map(({ Key = '' }) => decodeURIComponent(Key.replaceAll('+', ' '))));
    if (!page.IsTruncated) break;
    marker = {
      KeyMarker: decodeURIComponent((page.NextKeyMarker ?? '').replaceAll('+', ' ')),
      UploadIdMarker: page.NextUploadIdMarker ?? '',
    };
  }
  expect(seen).toEqual(['u/a', 'u/a', 'u/b', 'u/ü +']);
  expect((await files.list({ Prefix: 'u/' })).KeyCount).toBe(0);
  for (const upload of uploads) await abort(upload);
});
