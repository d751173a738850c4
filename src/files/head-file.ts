import type { FileStore, NotModified, StoredHead } from '../aws/file-store';
import { fileNotFound, keyOfId } from './file';

interface HeadRequest {
  readonly home: string;
  readonly id: string;
  readonly ifNoneMatch?: string | undefined;
}

export interface FileHead extends StoredHead {
  readonly name: string;
}

/** What reading one's own file would say, without its bytes. Throws AppError FileNotFound. */
export async function headFile(
  { store }: { readonly store: FileStore },
  { home, id, ifNoneMatch }: HeadRequest,
): Promise<FileHead | NotModified> {
  const key = keyOfId(home, id);
  const head = await store.head(key, { ifNoneMatch });
  if (head === 'missing') throw fileNotFound();
  return head.kind === 'not-modified' ? head : { ...head, name: key.slice(home.length) };
}
