import type { FileStore, NotModified, ReadOptions, StoredContent } from '../aws/file-store';
import { limits } from '../config';
import { AppError } from '../errors';

export interface ContentRequest extends Pick<ReadOptions, 'range' | 'ifNoneMatch' | 'signal'> {
  /** As in the If-Range header: the range holds for this version only. */
  readonly ifRange?: string | undefined;
}

/** The bytes of an object as they arrive, whole or a range. Throws AppError RangeNotSatisfiable, UseLink. */
export async function readContent(
  store: FileStore,
  key: string,
  asked: ContentRequest,
): Promise<StoredContent | NotModified | 'missing'> {
  const content = await read(store, key, asked);
  if (typeof content === 'string') return 'missing';
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
      return content;
  }
}

/** Of another version than If-Range names, and of a date there, all is read. Source: RFC 9110, section 13.1.5. */
async function read(store: FileStore, key: string, { ifRange, ...options }: ContentRequest) {
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
