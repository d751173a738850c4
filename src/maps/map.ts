import type { Findings, MapRecord, MapStore } from '../aws/map-store';
import { AppError } from '../errors';

/** Of a map's file: in its owner's home, in a folder of the map's own. */
export const keyOf = ({ home, id, name }: Pick<MapRecord, 'home' | 'id' | 'name'>): string => `${home}${id}/${name}`;

/** The same for a missing map and another user's private one. */
export const mapNotFound = (): AppError =>
  new AppError('MapNotFound', 'There is no map with this id, or it is private and not yours.');

/** RFC 9562, version 4, as they are handed out. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const isMapId = (text: string): boolean => uuid.test(text);

/** Whoever asks for a map: the home of a user; a guest has none. */
export interface Asker {
  readonly id: string;
  readonly home: string | undefined;
}

/** A map that whoever asks may see: a public one, or one's own. Throws AppError MapNotFound. */
export async function visibleMap(maps: MapStore, { id, home }: Asker): Promise<MapRecord> {
  const map = isMapId(id) ? await maps.find(id) : undefined;
  if (!map || !(map.isPublic || map.home === home)) throw mapNotFound();
  return map;
}

/** How soon it is worth asking again. */
export const retryAfterSeconds = 2;

/** What was found in a map that is processed. Throws AppError MapNotProcessed, MapFailed. */
export function findingsOf({ status, reason, findings }: MapRecord): Findings {
  if (status === 'failed') throw new AppError('MapFailed', `The map could not be processed. ${reason}`);
  if (!findings) {
    throw new AppError('MapNotProcessed', 'The map is not processed yet. Try again after the seconds in Retry-After.', {
      retryAfterSeconds,
    });
  }
  return findings;
}
