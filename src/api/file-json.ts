import type { File, WrittenFile } from '../files/file';

/** A file as the API shows it. */
export const fileJson = ({ id, name, size, etag, updatedAt }: File) => ({
  id,
  name,
  size,
  etag,
  updated_at: updatedAt,
});

export const writtenFileJson = (file: WrittenFile) => ({
  ...fileJson(file),
  sha256: file.sha256,
  content_type: file.contentType,
});
