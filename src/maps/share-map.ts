import type { MapRecord, MapStore } from '../aws/map-store';
import { isMapId, mapNotFound } from './map';

interface ShareRequest {
  readonly home: string;
  readonly id: string;
  readonly isPublic: boolean;
}

/** Makes one's own map public or private. Throws AppError MapNotFound. */
export async function shareMap(
  { maps }: { readonly maps: MapStore },
  { home, id, isPublic }: ShareRequest,
): Promise<MapRecord> {
  const map = isMapId(id) ? await maps.setPublic(id, home, isPublic) : undefined;
  if (!map) throw mapNotFound();
  return map;
}
