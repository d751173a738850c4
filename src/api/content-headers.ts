import contentDisposition from 'content-disposition';
import type { StoredHead } from '../aws/file-store';

/** Headers of a download: never run in a browser, never kept by a cache. The file's name follows RFC 6266 and 8187. */
export const contentHeaders = ({
  name,
  contentType,
  etag,
  length,
  contentRange,
}: Omit<StoredHead, 'kind'> & { readonly name: string }): Record<string, string> => ({
  'content-type': contentType,
  'content-length': String(length),
  'content-disposition': contentDisposition(name, { type: 'attachment' }),
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, no-store',
  'accept-ranges': 'bytes',
  etag,
  ...(contentRange === undefined ? {} : { 'content-range': contentRange }),
});
