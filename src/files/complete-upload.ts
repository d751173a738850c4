import type { FileStore, StoredHead } from '../aws/file-store';
import type { StoredPart, UploadStore } from '../aws/upload-store';
import { AppError } from '../errors';
import { fileExists } from './create-file';
import { type File, toFile } from './file';
import { partSizes, sessionOfId, type UploadSession, uploadNotFound } from './upload-session';

interface CompleteNeeds {
  readonly files: FileStore;
  readonly uploads: UploadStore;
}

export interface CompletedFile extends File {
  readonly contentType: string;
}

/**
 * Makes a file of one's own upload; a repeat answers the same file. S3 verifies size and checksum.
 * Throws AppError UploadNotFound, UploadIncomplete, UploadMismatch, FileExists.
 */
export async function completeUpload(
  { files, uploads }: CompleteNeeds,
  { home, id }: { readonly home: string; readonly id: string },
): Promise<CompletedFile> {
  const session = sessionOfId(id);
  const key = home + session.name;
  const parts = await uploads.parts(key, session.uploadId);
  const outcome =
    parts === 'missing' ? 'missing' : await uploads.complete(key, session.uploadId, whole(session, parts), session);
  if (outcome === 'mismatch') {
    throw new AppError(
      'UploadMismatch',
      'The parts do not make a file of the size and the checksum that were announced.',
    );
  }
  const head = await files.head(key);
  const isOurs = typeof head !== 'string' && head.kind === 'head' && head.uploadSession === session.session;
  if (isOurs) return completed(home, key, head);
  throw outcome === 'exists' ? fileExists() : uploadNotFound();
}

/** The parts, if they are all there. */
function whole({ size }: UploadSession, parts: readonly StoredPart[]): readonly StoredPart[] {
  const missing = partSizes(size).flatMap((bytes, index) =>
    parts.some((part) => part.number === index + 1 && part.size === bytes) ? [] : [index + 1],
  );
  if (missing.length === 0) return parts;
  const more = missing.length > maxNamed ? ` and ${missing.length - maxNamed} more` : '';
  throw new AppError(
    'UploadIncomplete',
    `Not received, or not of the right size: part ${missing.slice(0, maxNamed).join(', ')}${more}. GET /uploads/{id} gives their URLs.`,
  );
}

const maxNamed = 10;

const completed = (home: string, key: string, { length, etag, updatedAt, contentType }: StoredHead): CompletedFile => ({
  ...toFile(home, { key, size: length, etag, updatedAt }),
  contentType,
});
