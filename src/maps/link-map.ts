import type { FileStore } from '../aws/file-store';
import type { MapStore } from '../aws/map-store';
import { attachmentOf } from '../content/attachment';
import { type Asker, findingsOf, keyOf, visibleMap } from './map';

interface LinkNeeds {
  readonly maps: MapStore;
  readonly files: FileStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * A URL that answers a processed map, which one may see, to whoever has it, for a while.
 * Throws AppError MapNotFound, MapNotProcessed, MapFailed.
 */
export async function linkMap(
  { maps, files, now }: LinkNeeds,
  { expiresInSeconds, ...asker }: Asker & { readonly expiresInSeconds: number },
): Promise<{ readonly url: string; readonly expiresAt: string }> {
  const map = await visibleMap(maps, asker);
  const { mediaType } = findingsOf(map);
  const expiresAt = new Date(now() + expiresInSeconds * 1000).toISOString();
  return { url: await files.link(keyOf(map), attachmentOf(map.name), expiresInSeconds, mediaType), expiresAt };
}
