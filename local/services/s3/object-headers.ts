import { validateHeaderValue } from 'node:http';
import { checksumHeaders } from './checksums';
import { S3Error } from './errors';
import type { S3Request } from './request';
import type { StoredObject } from './stored-object';

// The headers that a PUT leaves with an object and a GET finds again.

const kept = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'] as const;
/** The headers that a signed GET may have answered as it likes. */
const overridable = [...kept, 'content-encoding'] as const;
const metadataPrefix = 'x-amz-meta-';
const maxMetadataBytes = 2048;

/** What to keep of a PUT's headers. Throws S3Error MetadataTooLarge. */
export function objectHeaders({ headers }: S3Request): Pick<StoredObject, 'headers' | 'metadata'> {
  const metadata: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value = ''] of Object.entries(headers)) {
    if (!name.startsWith(metadataPrefix)) continue;
    const short = name.slice(metadataPrefix.length);
    metadata[short] = value;
    bytes += Buffer.byteLength(short) + Buffer.byteLength(value);
  }
  if (bytes > maxMetadataBytes) {
    throw new S3Error('MetadataTooLarge', { detail: { Size: bytes, MaxSizeAllowed: maxMetadataBytes } });
  }
  const given = kept.flatMap((name) => {
    const value = headers[name];
    return value ? [[name, value]] : [];
  });
  const encoding = contentEncoding(headers['content-encoding']);
  return {
    headers: {
      'content-type': 'binary/octet-stream',
      ...Object.fromEntries(given),
      ...(encoding ? { 'content-encoding': encoding } : {}),
    },
    metadata,
  };
}

/** `aws-chunked` is how the body travelled, not how the object is encoded. */
const contentEncoding = (header = ''): string =>
  header
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'aws-chunked')
    .join(',');

/** The headers of a GET's or HEAD's answer, without those that depend on the range. */
export function answerHeaders(request: S3Request, object: StoredObject): Record<string, string> {
  const metadata = Object.entries(object.metadata).map(([name, value]) => [metadataPrefix + name, value]);
  return {
    ...object.headers,
    ...Object.fromEntries(metadata),
    ...overrides(request),
    'accept-ranges': 'bytes',
    etag: object.etag,
    'last-modified': new Date(object.lastModified).toUTCString(),
  };
}

/** The checksum is of the whole object: a range has none. */
export const answerChecksum = ({ headers }: S3Request, { checksum }: StoredObject): Record<string, string> =>
  checksum && headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' ? checksumHeaders(checksum) : {};

function overrides({ query }: S3Request): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of overridable) {
    const value = query.get(`response-${name}`);
    if (value === undefined) continue;
    try {
      validateHeaderValue(name, value);
    } catch (error) {
      throw new S3Error('InvalidArgument', {
        message: 'Header value cannot be represented using ISO-8859-1.',
        detail: { ArgumentName: `response-${name}`, ArgumentValue: value },
        cause: error,
      });
    }
    headers[name] = value;
  }
  return headers;
}
