import type { FileStore } from '../aws/file-store';
import { type File, toFile } from './file';

interface ListRequest {
  readonly home: string;
  readonly limit: number;
  /** Only names that start with this. */
  readonly prefix?: string | undefined;
  /** Only names after this one. */
  readonly after?: string | undefined;
}

/** A page of one's own files, by name in the order of UTF-8 bytes, and the last name when more follow. */
export async function listFiles(
  { store }: { readonly store: FileStore },
  { home, limit, prefix = '', after }: ListRequest,
): Promise<{ readonly files: readonly File[]; readonly lastName?: string }> {
  const page = await store.list(home + prefix.normalize('NFC'), limit, after === undefined ? undefined : home + after);
  const files = page.files.map((file) => toFile(home, file));
  const last = files.at(-1);
  return page.more && last ? { files, lastName: last.name } : { files };
}
