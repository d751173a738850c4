import type { FileStore } from '../aws/file-store';
import { fileNotFound, keyOfId } from './file';

/** Deletes one's own file for good. Throws AppError FileNotFound. */
export async function deleteFile(
  { store }: { readonly store: FileStore },
  { home, id }: { readonly home: string; readonly id: string },
): Promise<void> {
  const key = keyOfId(home, id);
  // S3 answers alike whether there was something to delete or not.
  if ((await store.head(key)) === 'missing') throw fileNotFound();
  await store.delete(key);
}
