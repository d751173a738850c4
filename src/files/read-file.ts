import type { FileStore, NotModified, StoredContent } from '../aws/file-store';
import { type ContentRequest, readContent } from '../content/read-content';
import { fileNotFound, keyOfId } from './file';

interface ReadRequest extends ContentRequest {
  readonly home: string;
  readonly id: string;
}

export interface FileContent extends StoredContent {
  readonly name: string;
}

/**
 * The bytes of one's own file as they arrive, whole or a range.
 * Throws AppError FileNotFound, RangeNotSatisfiable, UseLink.
 */
export async function readFile(
  { store }: { readonly store: FileStore },
  { home, id, ...asked }: ReadRequest,
): Promise<FileContent | NotModified> {
  const key = keyOfId(home, id);
  const content = await readContent(store, key, asked);
  if (content === 'missing') throw fileNotFound();
  return content.kind === 'not-modified' ? content : { ...content, name: key.slice(home.length) };
}
