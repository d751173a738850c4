import type { IncomingHttpHeaders } from 'node:http';
import type { Condition } from './bucket';
import { noSuchKey, notImplemented, preconditionFailed, S3Error } from './errors';
import type { StoredObject } from './object';

/** Whether a list of ETags, as in a header, names one. */
const names = (list: string, etag: string): boolean =>
  list.trim() === '*' ||
  list.split(',').some((item) => item.trim().replace(/^W\//, '') === etag || `"${item.trim()}"` === etag);

/** Throws S3Error PreconditionFailed, or NoSuchKey for If-Match on nothing. Source: S3, "Conditional writes". */
export function writeCondition(headers: IncomingHttpHeaders): Condition {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw notImplemented('If-None-Match with an ETag on a write');
  return (current) => {
    if (ifNoneMatch === '*' && current) throw preconditionFailed();
    if (ifMatch === undefined) return;
    if (!current) throw noSuchKey();
    if (!names(ifMatch, current.etag)) throw preconditionFailed();
  };
}

/** Throws S3Error PreconditionFailed, NotModified. Source: RFC 9110, section 13.2.2. */
export function checkReadConditions(headers: IncomingHttpHeaders, { etag, modifiedMs }: StoredObject): void {
  const modified = Math.floor(modifiedMs / 1000) * 1000;
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  const unmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '');
  const modifiedSince = Date.parse(headers['if-modified-since'] ?? '');
  if (ifMatch === undefined ? modified > unmodifiedSince : !names(ifMatch, etag)) throw preconditionFailed();
  if (ifNoneMatch === undefined ? modified <= modifiedSince : names(ifNoneMatch, etag)) {
    throw new S3Error(304, 'NotModified', 'Not Modified');
  }
}

export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** The one range that a Range header asks for; undefined for the whole, also where the header is not understood. */
export function rangeOf(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const range =
    first === ''
      ? { first: Math.max(0, size - Number(last)), last: size - 1 }
      : { first: Number(first), last: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (range.first >= size) throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable');
  return range;
}
