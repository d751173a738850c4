import type { StoredFile } from '../aws/file-store';
import { AppError } from '../errors';
import { idOfName, nameOfId } from './file-name';

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

/** The key of a file that the owner of `home` names by id. Throws AppError FileNotFound where no file can have that id. */
export function keyOfId(home: string, id: string): string {
  const name = nameOfId(id);
  if (name === undefined) throw fileNotFound();
  return home + name;
}

/** The same for a missing file and another user's, and without its id or name. */
export const fileNotFound = (): AppError =>
  new AppError('FileNotFound', 'You have no file with this id. GET /files lists those you have.');
