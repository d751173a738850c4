import type { Bucket } from './bucket';
import { S3Error } from './errors';
import { type Exchange, sendXml } from './exchange';
import { compareKeys } from './key-index';
import type { S3Request } from './request';
import type { StoredObject } from './stored-object';
import { uriEncodePath } from './uri';
import { element, xmlDocument } from './xml';

const maxPageKeys = 1000;

export function listObjectsV2(exchange: Exchange): void {
  const { request, store } = exchange;
  const bucket = store.existingBucket(request.bucket);
  const { query } = request;
  const question: Question = {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxKeys: maxKeysIn(request),
    after: continuationIn(request) ?? query.get('start-after') ?? '',
  };
  sendXml(exchange, 200, pageDocument(request, bucket.name, question, listPage(bucket, question)));
}

interface Question {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  /** Only what comes after this is listed. */
  readonly after: string;
}

interface Page {
  readonly objects: readonly StoredObject[];
  /** Keys rolled up: what comes up to the first delimiter after the prefix. */
  readonly commonPrefixes: readonly string[];
  /** What the next page comes after, where there is one. */
  readonly next?: string;
}

/** Takes one step, of a binary search, for each entry of the page, however many keys there are. */
export function listPage(bucket: Pick<Bucket, 'keys' | 'get'>, { prefix, delimiter, maxKeys, after }: Question): Page {
  const objects: StoredObject[] = [];
  const commonPrefixes: string[] = [];
  const { keys } = bucket;
  if (maxKeys === 0) return { objects, commonPrefixes };

  let last = '';
  let key = compareKeys(after, prefix) < 0 ? keys.firstFrom(prefix) : keys.firstAfter(after);
  while (key?.startsWith(prefix)) {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const commonPrefix = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    // A page that ended with a common prefix, or within it, is done with all that it stands for.
    if (commonPrefix === undefined || !after.startsWith(commonPrefix)) {
      if (objects.length + commonPrefixes.length === maxKeys) return { objects, commonPrefixes, next: last };
      if (commonPrefix !== undefined) commonPrefixes.push(commonPrefix);
      else objects.push(bucket.get(key) as StoredObject);
      last = commonPrefix ?? key;
    }
    key = commonPrefix === undefined ? keys.firstAfter(key) : keys.firstPast(commonPrefix);
  }
  return { objects, commonPrefixes };
}

function pageDocument(request: S3Request, name: string, question: Question, page: Page): string {
  const { query } = request;
  const { prefix, delimiter, maxKeys } = question;
  const encode = encodingIn(request);
  const given = (tag: string, value: string | undefined) => (value === undefined ? [] : [element(tag, value)]);
  const startAfter = query.get('start-after');
  return xmlDocument('ListBucketResult', [
    element('Name', name),
    element('Prefix', encode(prefix)),
    ...given('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
    ...given('StartAfter', startAfter === undefined ? undefined : encode(startAfter)),
    ...given('ContinuationToken', query.get('continuation-token')),
    ...given('EncodingType', query.get('encoding-type')),
    element('KeyCount', page.objects.length + page.commonPrefixes.length),
    element('MaxKeys', maxKeys),
    element('IsTruncated', page.next !== undefined),
    ...given(
      'NextContinuationToken',
      page.next === undefined ? undefined : Buffer.from(page.next).toString('base64url'),
    ),
    ...page.objects.map((object) => contents(object, encode)),
    ...page.commonPrefixes.map((commonPrefix) => element('CommonPrefixes', [element('Prefix', encode(commonPrefix))])),
  ]);
}

const contents = (object: StoredObject, encode: (text: string) => string): string =>
  element('Contents', [
    element('Key', encode(object.key)),
    element('LastModified', object.lastModified),
    element('ETag', object.etag),
    ...(object.checksum
      ? [
          element('ChecksumAlgorithm', object.checksum.name.toUpperCase()),
          element('ChecksumType', object.checksum.type ?? 'FULL_OBJECT'),
        ]
      : []),
    element('Size', object.size),
    element('StorageClass', 'STANDARD'),
  ]);

/** How the keys of a listing are written. Throws S3Error InvalidArgument. */
export function encodingIn({ query }: S3Request): (text: string) => string {
  const encodingType = query.get('encoding-type');
  if (encodingType === undefined) return (text) => text;
  if (encodingType === 'url') return urlEncode;
  throw new S3Error('InvalidArgument', {
    message: "Invalid Encoding Method specified in Request; it is 'url' or left out",
    detail: { ArgumentName: 'encoding-type', ArgumentValue: encodingType },
  });
}

/** `encoding-type=url` is encoding as forms have it: a space is a plus sign. */
const urlEncode = (text: string): string => uriEncodePath(text).replaceAll('%20', '+');

function maxKeysIn({ query }: S3Request): number {
  const value = query.get('max-keys') ?? String(maxPageKeys);
  if (!/^\d{1,10}$/.test(value) || Number(value) >= 2 ** 31) {
    throw new S3Error('InvalidArgument', {
      message: 'Provided max-keys not an integer or within integer range',
      detail: { ArgumentName: 'max-keys', ArgumentValue: value },
    });
  }
  return Math.min(Number(value), maxPageKeys);
}

/** A token is the last entry of the page before, in base64url: clients take it as opaque. */
function continuationIn({ query }: S3Request): string | undefined {
  const token = query.get('continuation-token');
  if (token === undefined) return undefined;
  const after = Buffer.from(token, 'base64url').toString();
  if (after === '' || Buffer.from(after).toString('base64url') !== token) {
    throw new S3Error('InvalidArgument', {
      message: 'The continuation token provided is incorrect',
      detail: { ArgumentName: 'continuation-token' },
    });
  }
  return after;
}
