import type { NewContent, StoredFile } from '../aws/file-store';
import { AppError } from '../errors';
import { idOfName, nameOfId } from './file-id';

/** A file as its owner sees it. */
export interface File {
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  readonly updatedAt: string;
}

export function toFile(home: string, { key, size, etag, updatedAt }: StoredFile): File {
  const name = key.slice(home.length);
  return { id: idOfName(name), name, size, etag, updatedAt };
}

/** A file that was just written. */
export interface WrittenFile extends File {
  /** Hexadecimal; S3 has verified it. */
  readonly sha256: string;
  readonly contentType: string;
}

export const toWrittenFile = (home: string, stored: StoredFile, { sha256, contentType }: NewContent): WrittenFile => ({
  ...toFile(home, stored),
  sha256: sha256.toString('hex'),
  contentType,
});

/** The key of a file that the owner of `home` names by id. Throws AppError FileNotFound where no file can have that id. */
export function keyOfId(home: string, id: string): string {
  const name = nameOfId(id);
  if (name === undefined) throw fileNotFound();
  return home + name;
}

/** The same for a missing file and another user's, and without its id or name. */
export const fileNotFound = (): AppError =>
  new AppError('FileNotFound', 'You have no file with this id. GET /files lists those you have.');
