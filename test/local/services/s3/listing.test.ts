import { type _Object, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { failure, openBucket, type TestBucket } from './fixture';

let files: TestBucket;
beforeAll(async () => {
  files = await openBucket();
});
afterAll(() => files.close());

const keysOf = (contents: readonly _Object[] | undefined) => (contents ?? []).map(({ Key }) => Key);
const prefixesIn = ({
  CommonPrefixes = [],
}: {
  readonly CommonPrefixes?: readonly { readonly Prefix?: string }[] | undefined;
}) => CommonPrefixes.map(({ Prefix }) => Prefix);
const fill = (keys: readonly string[]) => Promise.all(keys.map((key) => files.put(key, key)));

test('keys come in the order of their UTF-8 bytes', async () => {
  // In UTF-16, which JavaScript compares by, U+FF21 would come after U+1F389.
  const ordered = ['order/', 'order/A', 'order/a', 'order/a!', 'order/a/b', 'order/é', 'order/\uff21', 'order/🎉'];
  await fill([...ordered].reverse());
  expect(keysOf((await files.list({ Prefix: 'order/' })).Contents)).toEqual(ordered);
});

test('an entry tells size, ETag, time and checksum', async () => {
  const { ETag } = await files.put('entry', '12345');
  const { Contents } = await files.list({ Prefix: 'entry' });
  expect(Contents).toMatchObject([
    { Key: 'entry', Size: 5, ETag, ChecksumAlgorithm: ['CRC32'], StorageClass: 'STANDARD' },
  ]);
  expect(Contents?.[0]?.LastModified).toEqual((await files.head('entry')).LastModified);
});

test('what was replaced is listed once, and what was deleted not at all', async () => {
  await files.put('twice', '1');
  await files.put('twice', '22');
  await files.put('gone', 'x');
  await files.delete('gone');
  expect((await files.list({ Prefix: 'twice' })).Contents).toMatchObject([{ Size: 2 }]);
  expect((await files.list({ Prefix: 'gone' })).KeyCount).toBe(0);
});

test('a delimiter rolls up what follows the prefix', async () => {
  await fill(['tree/a', 'tree/b/1', 'tree/b/2', 'tree/b/c/3', 'tree/b-', 'tree/d/4', 'trees']);
  const page = await files.list({ Prefix: 'tree/', Delimiter: '/' });
  expect(keysOf(page.Contents)).toEqual(['tree/a', 'tree/b-']);
  expect(prefixesIn(page)).toEqual(['tree/b/', 'tree/d/']);
  expect(page).toMatchObject({ KeyCount: 4, MaxKeys: 1000, IsTruncated: false, Delimiter: '/', Prefix: 'tree/' });
  expect(prefixesIn(await files.list({ Prefix: 'tree', Delimiter: '/' }))).toEqual(['tree/']);
  expect(prefixesIn(await files.list({ Prefix: 'tree/', Delimiter: '/c/' }))).toEqual(['tree/b/c/']);
});

test('pages of every size, with and without a delimiter, hold the same entries', async () => {
  for (const Delimiter of [undefined, '/']) {
    const question = { Bucket: files.bucket, Prefix: 'tree', ...(Delimiter ? { Delimiter } : {}) };
    const whole = await files.list(question);
    for (const pageSize of [1, 2, 3, 5]) {
      const entries: (string | undefined)[] = [];
      for await (const page of paginateListObjectsV2({ client: files.client, pageSize }, { ...question })) {
        expect(page.KeyCount).toBeLessThanOrEqual(pageSize);
        entries.push(...keysOf(page.Contents), ...prefixesIn(page));
      }
      expect(entries.sort()).toEqual([...keysOf(whole.Contents), ...prefixesIn(whole)].sort());
    }
  }
});

test('a listing starts after any text, whether or not it is a key', async () => {
  await fill(['after/a', 'after/b', 'after/b/1', 'after/c']);
  const after = async (StartAfter: string) => keysOf((await files.list({ Prefix: 'after/', StartAfter })).Contents);
  expect(await after('after/b')).toEqual(['after/b/1', 'after/c']);
  expect(await after('after/aa')).toEqual(['after/b', 'after/b/1', 'after/c']);
  expect(await after('a')).toHaveLength(4);
  expect(await after('z')).toEqual([]);
});

test('a listing starts after a text beyond the prefix, in the order of bytes', async () => {
  await fill(['\uff21/1', '\uff21/2']);
  // In UTF-16 this would come before the prefix.
  expect((await files.list({ Prefix: '\uff21', StartAfter: '🎉' })).KeyCount).toBe(0);
});

test('with encoding-type=url every key can be told from every other', async () => {
  const keys = ['url/ ', 'url/%20', 'url/+', 'url/\u0001', 'url/\r\n', 'url/ä', "url/'()*!~"];
  await fill(keys);
  const page = await files.list({ Prefix: 'url/', EncodingType: 'url' });
  expect(page.EncodingType).toBe('url');
  const decoded = keysOf(page.Contents).map((key = '') => decodeURIComponent(key.replaceAll('+', ' ')));
  expect(decoded.sort()).toEqual([...keys].sort());
});

test('1 050 keys come in two pages', async () => {
  const keys = Array.from({ length: 1050 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
  for (let first = 0; first < keys.length; first += 50) await fill(keys.slice(first, first + 50));
  const first = await files.list({ Prefix: 'many/', MaxKeys: 5000 });
  expect(first).toMatchObject({ KeyCount: 1000, MaxKeys: 1000, IsTruncated: true });
  const second = await files.list({ Prefix: 'many/', ContinuationToken: first.NextContinuationToken });
  expect(second).toMatchObject({ KeyCount: 50, IsTruncated: false, ContinuationToken: first.NextContinuationToken });
  expect(second.NextContinuationToken).toBeUndefined();
  expect(keysOf([...(first.Contents ?? []), ...(second.Contents ?? [])])).toEqual(keys);
  const rolledUp = await files.list({ Prefix: 'many/', Delimiter: '9' });
  const withNine = keys.filter((key) => key.includes('9')).map((key) => key.slice(0, key.indexOf('9') + 1));
  expect(prefixesIn(rolledUp)).toEqual([...new Set(withNine)]);
  expect(keysOf(rolledUp.Contents)).toEqual(keys.filter((key) => !key.includes('9')));
}, 60_000);

test('a page of nothing is not truncated', async () => {
  const { KeyCount, IsTruncated } = await files.list({ Prefix: 'tree/', MaxKeys: 0 });
  expect({ KeyCount, IsTruncated }).toEqual({ KeyCount: 0, IsTruncated: false });
});

test.each([{ MaxKeys: -1 }, { ContinuationToken: 'no token!' }, { EncodingType: 'base64' as 'url' }])(
  'a question that makes no sense is refused: %j',
  async (question) => {
    await expect(files.list(question)).rejects.toMatchObject(failure('InvalidArgument', 400));
  },
);
