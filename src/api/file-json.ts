import type { File } from '../files/file';

/** A file as the API shows it. */
export const fileJson = ({ id, name, size, etag, updatedAt }: File) => ({
  id,
  name,
  size,
  etag,
  updated_at: updatedAt,
});
