import type { FileStore } from '../aws/file-store';
import type { UploadStore } from '../aws/upload-store';
import { fileName } from '../content/file-name';
import { fileExists } from './create-file';
import { contentTypeOf } from './direct-content';
import { type Upload, uploadOf } from './read-upload';

interface UploadNeeds {
  readonly files: FileStore;
  readonly uploads: UploadStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A name that no other session has. */
  readonly newSession: () => string;
}

interface UploadRequest {
  readonly home: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Base64 of four bytes. */
  readonly crc32?: string | undefined;
}

/** Begins an upload in parts of a new file. Throws AppError InvalidFileName, FileExists. */
export async function createUpload(
  needs: UploadNeeds,
  { home, name: given, size, crc32 }: UploadRequest,
): Promise<Upload> {
  const { files, uploads, newSession } = needs;
  const name = fileName(given);
  // The completion decides; this only spares the client a vain upload.
  if ((await files.head(home + name)) !== 'missing') throw fileExists();
  const session = newSession();
  const uploadId = await uploads.begin(home + name, contentTypeOf(name, ''), session);
  return uploadOf(needs, home, { name, size, crc32, uploadId, session }, []);
}
