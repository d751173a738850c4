import { createHash } from 'node:crypto';
import type { FileStore } from '../aws/file-store';
import type { MapRecord, MapStore } from '../aws/map-store';
import { limits } from '../config';
import { fileName } from '../content/file-name';
import { AppError } from '../errors';
import { keyOf } from './map';

interface CreateNeeds {
  readonly maps: MapStore;
  readonly files: FileStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A new UUID, version 4. */
  readonly newId: () => string;
}

interface CreateRequest {
  readonly home: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isPublic: boolean;
}

/**
 * Stores a new map, to be processed. The file comes first and the record last: with it the map exists, and whatever fails
 * before leaves nothing that anyone sees. A file without a record is removed when its message is given up (`give-up.ts`).
 * Throws AppError InvalidFileName, PayloadTooLarge.
 */
export async function createMap(
  { maps, files, now, newId }: CreateNeeds,
  { home, name: givenName, bytes, isPublic }: CreateRequest,
): Promise<MapRecord> {
  if (bytes.length > limits.directUploadBytes) {
    throw new AppError(
      'PayloadTooLarge',
      `The file has ${bytes.length} bytes; a map has at most ${limits.directUploadBytes}, as GET /limits says.`,
    );
  }
  const uploadedAt = new Date(now()).toISOString();
  const map: MapRecord = { id: newId(), home, name: fileName(givenName), isPublic, uploadedAt, status: 'pending' };
  const sha256 = createHash('sha256').update(bytes).digest();
  // What it really is, processing will find; until then nothing is served.
  const stored = await files.create(keyOf(map), { bytes, contentType: 'application/octet-stream', sha256 });
  if (stored === 'exists') throw new Error(`the id ${map.id} is not new`);
  await maps.create(map);
  return map;
}
