import type { FileStore } from '../aws/file-store';
import { attachmentOf } from '../content/attachment';
import { fileNotFound, keyOfId } from './file';

interface LinkRequest {
  readonly home: string;
  readonly id: string;
  readonly expiresInSeconds: number;
}

/** A URL that answers one's own file to whoever has it, for a while. Throws AppError FileNotFound. */
export async function linkFile(
  { store, now }: { readonly store: FileStore; readonly now: () => number },
  { home, id, expiresInSeconds }: LinkRequest,
): Promise<{ readonly url: string; readonly expiresAt: string }> {
  const key = keyOfId(home, id);
  if ((await store.head(key)) === 'missing') throw fileNotFound();
  const expiresAt = new Date(now() + expiresInSeconds * 1000).toISOString();
  return { url: await store.link(key, attachmentOf(key.slice(home.length)), expiresInSeconds), expiresAt };
}
