import type { FileStore } from '../aws/file-store';
import { fileName } from '../content/file-name';
import { AppError } from '../errors';
import { acceptedContent, type DirectContent } from './direct-content';
import { toWrittenFile, type WrittenFile } from './file';

interface CreateRequest extends DirectContent {
  readonly home: string;
  readonly name: string;
}

/**
 * Stores a new file; an existing name is never replaced.
 * Throws AppError InvalidFileName, PayloadTooLarge, UnsupportedFileType, FileExists.
 */
export async function createFile(
  { store }: { readonly store: FileStore },
  { home, name: givenName, ...given }: CreateRequest,
): Promise<WrittenFile> {
  const name = fileName(givenName);
  const content = acceptedContent(name, given);
  const stored = await store.create(home + name, content);
  if (stored === 'exists') throw fileExists();
  return toWrittenFile(home, stored, content);
}

export const fileExists = (): AppError =>
  new AppError(
    'FileExists',
    'You have a file of this name already. Choose another name, or replace it with PUT /files/{id}/content.',
  );
