import type { FileStore, NotModified, ReadOptions, StoredContent } from '../aws/file-store';
import { AppError } from '../errors';
import { fileNotFound, keyOfId } from './file';

interface ReadRequest extends ReadOptions {
  readonly home: string;
  readonly id: string;
}

export interface FileContent extends StoredContent {
  readonly name: string;
}

/**
 * The bytes of one's own file as they arrive, whole or a range.
 * Throws AppError FileNotFound, RangeNotSatisfiable.
 */
export async function readFile(
  { store }: { readonly store: FileStore },
  { home, id, ...options }: ReadRequest,
): Promise<FileContent | NotModified> {
  const key = keyOfId(home, id);
  const content = await store.read(key, options);
  if (content === 'missing') throw fileNotFound();
  if (content === 'range-not-satisfiable') {
    throw new AppError(
      'RangeNotSatisfiable',
      'The range starts after the end of the file. Ask for less, or without Range.',
    );
  }
  return content.kind === 'not-modified' ? content : { ...content, name: key.slice(home.length) };
}
