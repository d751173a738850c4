import type { FileStore } from '../aws/file-store';
import { AppError } from '../errors';
import { acceptedContent, type DirectContent } from './direct-content';
import { fileNotFound, keyOfId, toWrittenFile, type WrittenFile } from './file';

interface ReplaceRequest extends DirectContent {
  readonly home: string;
  readonly id: string;
  /** As in the If-Match header. Without it, whatever is there is replaced. */
  readonly ifMatch?: string | undefined;
}

/** Without If-Match, a replacement that others overtake is tried again. */
const maxTries = 4;

/**
 * Replaces the bytes of one's own file: of the version that was just looked at, so that it never creates, nor undoes
 * what it has not seen. Throws AppError FileNotFound, FileChanged, FileBusy, PayloadTooLarge, UnsupportedFileType.
 */
export async function replaceFile(
  { store }: { readonly store: FileStore },
  { home, id, ifMatch, ...given }: ReplaceRequest,
): Promise<WrittenFile> {
  const key = keyOfId(home, id);
  const content = acceptedContent(key.slice(home.length), given);
  for (let tries = 0; tries < maxTries; tries++) {
    const current = await store.head(key);
    if (current === 'missing' || current.kind === 'not-modified') throw fileNotFound();
    if (ifMatch !== undefined && !matches(ifMatch, current.etag)) {
      throw new AppError(
        'FileChanged',
        'The file is not the version that If-Match names. Read it again, then replace.',
      );
    }
    const stored = await store.replace(key, content, current.etag);
    if (stored === 'missing') throw fileNotFound();
    if (stored !== 'changed') return toWrittenFile(home, stored, content);
  }
  throw new AppError('FileBusy', 'Others keep replacing this file. Try again in a moment.');
}

/** Strong comparison: a weak ETag matches nothing. Source: RFC 9110, section 13.1.1. */
const matches = (ifMatch: string, etag: string): boolean =>
  ifMatch.trim() === '*' || ifMatch.split(',').some((one) => one.trim() === etag);
