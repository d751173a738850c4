import { S3Error } from './errors';
import type { S3Request } from './request';
import type { StoredObject } from './stored-object';

type Headers = S3Request['headers'];

/**
 * Throws S3Error where a read's conditions do not hold: PreconditionFailed, or NotModified.
 * An ETag decides before a date. Source: RFC 9110, section 13.2.2.
 */
export function checkRead(headers: Headers, { etag, lastModified }: StoredObject): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  const modified = Date.parse(lastModified);
  const unmodifiedSince = httpDate(headers['if-unmodified-since']);
  const modifiedSince = httpDate(headers['if-modified-since']);

  if (match === undefined ? modified > unmodifiedSince : !includes(match, etag)) {
    throw failed(match === undefined ? 'If-Unmodified-Since' : 'If-Match');
  }
  if (noneMatch === undefined ? modified <= modifiedSince : includes(noneMatch, etag)) {
    throw new S3Error('NotModified', { headers: { etag, 'last-modified': new Date(modified).toUTCString() } });
  }
}

/** Throws S3Error where a write's conditions do not hold for what the key holds: PreconditionFailed, or NoSuchKey. */
export function checkWrite(headers: Headers, key: string, current: StoredObject | undefined): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new S3Error('NotImplemented', { detail: { Header: 'If-None-Match' } });
  }
  if (noneMatch === '*' && current) throw failed('If-None-Match');
  if (match === undefined) return;
  if (!current) throw new S3Error('NoSuchKey', { detail: { Key: key } });
  if (!includes(match, current.etag)) throw failed('If-Match');
}

const failed = (condition: string) => new S3Error('PreconditionFailed', { detail: { Condition: condition } });

/** S3 takes an ETag without its quotes, too. */
const includes = (list: string, etag: string): boolean =>
  list.trim() === '*' || list.split(',').some((one) => bare(one) === bare(etag));

const bare = (etag: string): string => etag.trim().replace(/^W\//, '').replaceAll('"', '');

/** NaN, with which no comparison holds, where there is no date that can be read. */
const httpDate = (value: string | undefined): number => Date.parse(value ?? '');
