import type { FileStore, NotModified, ReadOptions, StoredContent } from '../aws/file-store';
import { limits } from '../config';
import { AppError } from '../errors';
import { fileNotFound, keyOfId } from './file';

interface ReadRequest extends Pick<ReadOptions, 'range' | 'ifNoneMatch' | 'signal'> {
  readonly home: string;
  readonly id: string;
  /** As in the If-Range header: the range holds for this version only. */
  readonly ifRange?: string | undefined;
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
  const content = await read(store, key, asked);
  if (typeof content === 'string') throw fileNotFound();
  switch (content.kind) {
    case 'not-modified':
      return content;
    case 'range-not-satisfiable':
      throw new AppError(
        'RangeNotSatisfiable',
        'The range starts after the end of the file. Ask for less, or without Range.',
        content.size === undefined ? {} : { headers: { 'content-range': `bytes */${content.size}` } },
      );
    case 'content':
      if (content.length > limits.streamBytes) throw await useLink(content);
      return { ...content, name: key.slice(home.length) };
  }
}

/** Of another version than If-Range names, and of a date there, all is read. Source: RFC 9110, section 13.1.5. */
async function read(store: FileStore, key: string, { ifRange, ...options }: Omit<ReadRequest, 'home' | 'id'>) {
  if (ifRange === undefined) return store.read(key, options);
  const whole = { ...options, range: undefined };
  if (!ifRange.startsWith('"')) return store.read(key, whole);
  const content = await store.read(key, { ...options, ifMatch: ifRange });
  return content === 'changed' ? store.read(key, whole) : content;
}

async function useLink({ chunks, length }: StoredContent): Promise<AppError> {
  for await (const _ of chunks) break; // Ends the reading.
  return new AppError(
    'UseLink',
    `The answer would have ${length} bytes; at most ${limits.streamBytes} are sent here. POST /files/{id}/link gives a URL without this limit, or ask for a smaller Range.`,
  );
}
