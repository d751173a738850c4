import type { FileStore, NotModified, StoredContent } from '../aws/file-store';
import type { MapStore } from '../aws/map-store';
import { type ContentRequest, readContent } from '../content/read-content';
import { type Asker, findingsOf, keyOf, visibleMap } from './map';

export interface MapContent extends StoredContent {
  readonly name: string;
}

/**
 * The bytes of a processed map as they arrive, whole or a range, under the type that processing has found.
 * Throws AppError MapNotFound, MapNotProcessed, MapFailed, RangeNotSatisfiable.
 */
export async function readMap(
  { maps, files }: { readonly maps: MapStore; readonly files: FileStore },
  { id, home, ...asked }: Asker & ContentRequest,
): Promise<MapContent | NotModified> {
  const map = await visibleMap(maps, { id, home });
  const { mediaType } = findingsOf(map);
  const content = await readContent(files, keyOf(map), asked);
  if (content === 'missing') throw new Error(`the file of the map ${id} is gone`);
  return content.kind === 'not-modified' ? content : { ...content, contentType: mediaType, name: map.name };
}
