import contentDisposition from 'content-disposition';
import type { FileContent } from '../files/read-file';

/** Headers of a download: never run in a browser, never kept by a cache. The file's name follows RFC 6266 and 8187. */
export const contentHeaders = ({
  name,
  contentType,
  etag,
  length,
  contentRange,
}: FileContent): Record<string, string> => ({
  'content-type': contentType,
  'content-length': String(length),
  'content-disposition': contentDisposition(name, { type: 'attachment' }),
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, no-store',
  'accept-ranges': 'bytes',
  etag,
  ...(contentRange === undefined ? {} : { 'content-range': contentRange }),
});
