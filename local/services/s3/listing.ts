import type { Bucket } from './bucket';
import { invalidArgument } from './errors';
import { element, type Xml } from './xml';

const maxPage = 1000;

/** ListObjectsV2. Throws S3Error InvalidArgument. */
export function listObjects(name: string, bucket: Bucket, query: URLSearchParams): Xml {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = pageSize(query.get('max-keys'));
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const encode = query.get('encoding-type') === 'url' ? urlEncoded : (text: string) => text;

  const page = pageOf(bucket, { prefix, delimiter, maxKeys, after: token === null ? startAfter : placeOf(token) });
  const isTruncated = page.next !== undefined;
  return element('ListBucketResult', [
    element('Name', name),
    element('Prefix', encode(prefix)),
    ...(delimiter === '' ? [] : [element('Delimiter', encode(delimiter))]),
    element('MaxKeys', maxKeys),
    element('KeyCount', page.keys.length + page.commonPrefixes.length),
    element('IsTruncated', isTruncated),
    element('EncodingType', query.get('encoding-type') ?? undefined),
    element('ContinuationToken', token ?? undefined),
    element('NextContinuationToken', page.next === undefined ? undefined : tokenOf(page.next)),
    element('StartAfter', startAfter === null ? undefined : encode(startAfter)),
    ...page.keys.flatMap((key) => contents(bucket, key, encode)),
    ...page.commonPrefixes.map((common) => element('CommonPrefixes', [element('Prefix', encode(common))])),
  ]);
}

interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  readonly after: string | null;
}

interface Page {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  /** The last key or common prefix of a page that more follow. */
  readonly next?: string;
}

function pageOf(bucket: Bucket, { prefix, delimiter, maxKeys, after }: PageRequest): Page {
  const all = bucket.keys();
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last = '';
  for (let at = firstAfter(all, after, prefix); at < all.length; at++) {
    const key = all[at] as string;
    if (!key.startsWith(prefix)) break;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if (common !== undefined && (common === commonPrefixes.at(-1) || (after !== null && common === after))) continue;
    if (keys.length + commonPrefixes.length === maxKeys)
      return maxKeys === 0 ? { keys, commonPrefixes } : { keys, commonPrefixes, next: last };
    if (common === undefined) keys.push(key);
    else commonPrefixes.push(common);
    last = common ?? key;
  }
  return { keys, commonPrefixes };
}

/** The first key that is after a place and not before the prefix. */
function firstAfter(keys: readonly string[], after: string | null, prefix: string): number {
  const [place, from] = [Buffer.from(after ?? ''), Buffer.from(prefix)];
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const key = Buffer.from(keys[middle] as string);
    const isBefore = Buffer.compare(key, from) < 0 || (after !== null && Buffer.compare(key, place) <= 0);
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

function contents(bucket: Bucket, key: string, encode: (text: string) => string): readonly Xml[] {
  const object = bucket.get(key);
  if (!object) return [];
  return [
    element('Contents', [
      element('Key', encode(key)),
      element('LastModified', new Date(Math.floor(object.modifiedMs / 1000) * 1000).toISOString()),
      element('ETag', object.etag),
      element('Size', object.size),
      element('StorageClass', 'STANDARD'),
    ]),
  ];
}

function pageSize(text: string | null): number {
  if (text === null) return maxPage;
  if (!/^\d{1,9}$/.test(text)) throw invalidArgument('Provided max-keys not an integer or within integer range');
  return Math.min(maxPage, Number(text));
}

const tokenOf = (place: string): string => Buffer.from(place).toString('base64url');

function placeOf(token: string): string {
  const place = Buffer.from(token, 'base64url').toString();
  if (place === '' || tokenOf(place) !== token) throw invalidArgument('The continuation token provided is incorrect');
  return place;
}

/** As S3 does: a blank is a plus sign, a slash stays. */
const urlEncoded = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
