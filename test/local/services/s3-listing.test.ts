import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { aBucket, failure, put, type TestS3 } from './s3-fixture';

let s3: TestS3;
beforeAll(async () => {
  s3 = await aBucket();
});
afterAll(() => s3.close());

const page = (options: object = {}) => s3.client.send(new ListObjectsV2Command({ Bucket: s3.Bucket, ...options }));

/** All keys and common prefixes, page by page. */
async function all(
  options: object,
): Promise<{ readonly keys: string[]; readonly prefixes: string[]; readonly pages: number }> {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let pages = 0;
  let ContinuationToken: string | undefined;
  do {
    const part = await page({ ...options, ContinuationToken });
    keys.push(...(part.Contents ?? []).map(({ Key }) => Key ?? ''));
    prefixes.push(...(part.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''));
    expect(part.KeyCount).toBe((part.Contents?.length ?? 0) + (part.CommonPrefixes?.length ?? 0));
    ContinuationToken = part.NextContinuationToken;
    expect(part.IsTruncated).toBe(ContinuationToken !== undefined);
    pages++;
  } while (ContinuationToken);
  return { keys, prefixes, pages };
}

const many = Array.from({ length: 1050 }, (_, i) => `many/${i % 7}/${String(i).padStart(4, '0')}`);

test('1050 keys come whole and in order, in pages of a thousand or fewer', async () => {
  await Promise.all(many.map((key) => put(s3, key, 'x')));
  const sorted = [...many].sort();
  expect(await all({ Prefix: 'many/' })).toEqual({ keys: sorted, prefixes: [], pages: 2 });
  expect(await all({ Prefix: 'many/', MaxKeys: 100 })).toEqual({ keys: sorted, prefixes: [], pages: 11 });
  expect((await all({ Prefix: 'many/3/', MaxKeys: 7 })).keys).toEqual(
    sorted.filter((key) => key.startsWith('many/3/')),
  );
});

test('a delimiter rolls keys up into common prefixes, across pages too', async () => {
  const rolled = ['many/0/', 'many/1/', 'many/2/', 'many/3/', 'many/4/', 'many/5/', 'many/6/'];
  expect(await all({ Prefix: 'many/', Delimiter: '/' })).toMatchObject({ keys: [], prefixes: rolled });
  expect(await all({ Prefix: 'many/', Delimiter: '/', MaxKeys: 2 })).toEqual({ keys: [], prefixes: rolled, pages: 4 });
});

test('keys are in the order of their UTF-8 bytes, not of UTF-16', async () => {
  const keys = ['order/B', 'order/a', 'order/ä', 'order/\uff5e', 'order/😀'];
  for (const key of keys.toReversed()) await put(s3, key, 'x');
  expect((await all({ Prefix: 'order/', MaxKeys: 1 })).keys).toEqual(keys);
});

test('a listing starts after a key, whether that exists or not', async () => {
  const after = async (StartAfter: string) =>
    (await page({ Prefix: 'order/', StartAfter })).Contents?.map(({ Key }) => Key);
  expect(await after('order/a')).toEqual(['order/ä', 'order/\uff5e', 'order/😀']);
  expect(await after('order/b')).toEqual(['order/ä', 'order/\uff5e', 'order/😀']);
  expect(await after('order/😀')).toBeUndefined();
});

test('url encoding makes any key fit into XML', async () => {
  await put(s3, 'coded/a b+c%&<>\u0001', 'x');
  const { Contents } = await page({ Prefix: 'coded/', EncodingType: 'url' });
  expect(Contents?.[0]?.Key).toBe('coded/a+b%2Bc%25%26%3C%3E%01');
});

test('an entry tells size, ETag and whole seconds', async () => {
  const { ETag } = await put(s3, 'entry', 'hello');
  const { Contents } = await page({ Prefix: 'entry' });
  expect(Contents).toEqual([expect.objectContaining({ Key: 'entry', Size: 5, ETag, StorageClass: 'STANDARD' })]);
  expect(Contents?.[0]?.LastModified?.getMilliseconds()).toBe(0);
});

test('a token that S3 did not give is refused', async () => {
  await expect(page({ ContinuationToken: 'no token' })).rejects.toMatchObject(failure('InvalidArgument', 400));
});
