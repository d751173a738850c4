import type { MapRecord, MapStore } from '../aws/map-store';

interface ListRequest {
  readonly home: string;
  readonly limit: number;
  /** Only those before it in time. */
  readonly after?: Pick<MapRecord, 'id' | 'uploadedAt'> | undefined;
}

/** A page of one's own maps, the newest first, and the last of them when more follow. */
export async function listMaps(
  { maps: store }: { readonly maps: MapStore },
  { home, limit, after }: ListRequest,
): Promise<{ readonly maps: readonly MapRecord[]; readonly last?: MapRecord }> {
  const { maps, more } = await store.list(home, limit, after);
  const last = maps.at(-1);
  return more && last ? { maps, last } : { maps };
}
