import { limits } from '../config';
import { isFileName } from '../content/file-name';
import { AppError } from '../errors';

/**
 * All that is known of an upload in parts. It travels in the upload's id, so that no table keeps it: what is not as the
 * caller sent it harms the caller alone, since the home comes from the account and S3 knows its own id.
 */
export interface UploadSession {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Base64 of four bytes. */
  readonly crc32?: string | undefined;
  /** S3's. */
  readonly uploadId: string;
  /** Random: what it leaves in the object tells a repeated completion from another upload of that name. */
  readonly session: string;
}

export const idOfSession = ({ name, size, crc32, uploadId, session }: UploadSession): string =>
  Buffer.from(JSON.stringify([name, size, crc32 ?? '', uploadId, session])).toString('base64url');

/** Throws AppError UploadNotFound for text that is no upload's id. */
export function sessionOfId(id: string): UploadSession {
  const fields = parse(Buffer.from(id, 'base64url').toString());
  const [name, size, crc32, uploadId, session] = fields;
  const isWhole =
    fields.length === 5 &&
    [name, crc32, uploadId, session].every((field) => typeof field === 'string') &&
    Number.isSafeInteger(size);
  if (!isWhole || uploadId === '') throw uploadNotFound();
  const known = { name, size, crc32: crc32 || undefined, uploadId, session } as UploadSession;
  if (idOfSession(known) !== id || !isFileName(known.name)) throw uploadNotFound();
  return known;
}

function parse(text: string): readonly unknown[] {
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json) ? json : [];
  } catch {
    return [];
  }
}

export const uploadNotFound = (): AppError =>
  new AppError('UploadNotFound', 'You have no upload with this id. It was completed or aborted, or is too old.');

const mebibyte = 1024 * 1024;

/** Bytes of every part but the last: whole mebibytes, so that there are never too many parts. */
export const partSizeOf = (size: number): number =>
  Math.max(limits.partBytes, Math.ceil(size / limits.uploadParts / mebibyte) * mebibyte);

/** The size of each part, from the first. */
export function partSizes(size: number): readonly number[] {
  const partSize = partSizeOf(size);
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => Math.min(partSize, size - index * partSize));
}
