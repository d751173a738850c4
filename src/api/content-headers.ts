import type { StoredHead } from '../aws/file-store';
import { attachmentOf } from '../content/attachment';

/** Headers of a download: never run in a browser, never kept by a cache. */
export const contentHeaders = ({
  name,
  contentType,
  etag,
  length,
  contentRange,
}: Omit<StoredHead, 'kind'> & { readonly name: string }): Record<string, string> => ({
  'content-type': contentType,
  'content-length': String(length),
  'content-disposition': attachmentOf(name),
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, no-store',
  'accept-ranges': 'bytes',
  etag,
  ...(contentRange === undefined ? {} : { 'content-range': contentRange }),
});
