import type { Upload } from '../files/read-upload';

/** An upload in parts as the API shows it. */
export const uploadJson = ({ id, partSize, parts, expiresAt }: Upload) => ({
  id,
  part_size: partSize,
  parts: parts.map(({ number, url, isReceived, etag }) => ({ number, url, received: isReceived, etag })),
  expires_at: expiresAt,
});
