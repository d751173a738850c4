import type { FileStore, NewContent } from '../../src/aws/file-store';
import type { Lease, MapRecord, MapStore, Outcome, Refusal } from '../../src/aws/map-store';

/** A table of maps in memory, with the conditions of the real one. */
export function fakeMaps(...records: readonly MapRecord[]) {
  const maps = new Map<string, MapRecord>(records.map((record) => [record.id, record]));
  const leases = new Map<string, Lease>();
  const refusal = (id: string): Refusal => {
    const map = maps.get(id);
    if (!map) return 'missing';
    return map.status === 'processed' || map.status === 'failed' ? 'finished' : 'leased';
  };
  const store: MapStore = {
    create: async (map) => void maps.set(map.id, map),
    find: async (id) => maps.get(id),
    list: async () => ({ maps: [...maps.values()], more: false }),
    async setPublic(id, home, isPublic) {
      const map = maps.get(id);
      if (map?.home !== home) return undefined;
      maps.set(id, { ...map, isPublic });
      return maps.get(id);
    },
    async claim(id, lease, nowMs) {
      const [map, held] = [maps.get(id), leases.get(id)];
      const isFree = map?.status === 'pending';
      const isEnded = map?.status === 'processing' && (held?.holder === lease.holder || (held?.endsAtMs ?? 0) <= nowMs);
      if (!map || !(isFree || isEnded)) return refusal(id);
      leases.set(id, lease);
      maps.set(id, { ...map, status: 'processing' });
      return map;
    },
    async finish(id, token, outcome: Outcome) {
      const map = maps.get(id);
      if (map?.status !== 'processing' || leases.get(id)?.token !== token) return false;
      maps.set(id, { ...map, ...outcome });
      return true;
    },
    async giveUp(id, reason, nowMs) {
      const map = maps.get(id);
      const isFree = map?.status === 'pending';
      if (!map || !(isFree || (map.status === 'processing' && (leases.get(id)?.endsAtMs ?? 0) <= nowMs)))
        return refusal(id);
      maps.set(id, { ...map, status: 'failed', reason });
      return 'failed';
    },
  };
  return { store, maps };
}

/** A bucket in memory, as far as maps need one. */
export function fakeFiles(objects: Readonly<Record<string, string>> = {}) {
  const bytes = new Map(Object.entries(objects).map(([key, text]) => [key, Buffer.from(text)]));
  const headOf = (length: number) => ({
    contentType: 'application/octet-stream',
    etag: '"e"',
    length,
    updatedAt: '2026-01-01T00:00:00Z',
  });
  const store: FileStore = {
    list: () => Promise.reject(new Error('maps are never listed by the bucket')),
    replace: () => Promise.reject(new Error('maps are never replaced')),
    async create(key, content: NewContent) {
      if (bytes.has(key)) return 'exists';
      bytes.set(key, Buffer.from(content.bytes));
      return { key, size: content.bytes.length, etag: '"e"', updatedAt: '2026-01-01T00:00:00Z' };
    },
    async read(key) {
      const found = bytes.get(key);
      if (!found) return 'missing';
      return {
        ...headOf(found.length),
        kind: 'content',
        chunks: (async function* () {
          yield found;
        })(),
      };
    },
    async head(key) {
      const found = bytes.get(key);
      return found ? { ...headOf(found.length), kind: 'head' } : 'missing';
    },
    link: async (key) => `https://bucket/${key}`,
    delete: async (key) => void bytes.delete(key),
  };
  return { store, bytes };
}

export const id = 'c9c5b9a4-3a3e-4a51-9f0e-6d9e5b1f2a77';
export const home = 'ann%40example.com/';
export const bucket = 'maps';

export const aMap = (more: Partial<MapRecord> = {}): MapRecord => ({
  id,
  home,
  name: 'a+b c%20é.txt',
  isPublic: true,
  uploadedAt: '2026-11-20T12:00:00.000Z',
  status: 'pending',
  ...more,
});

/** As S3 encodes it. */
const encodedKey = `ann%2540example.com/${id}/a%2Bb+c%2520%C3%A9.txt`;
export const key = `${home}${id}/a+b c%20é.txt`;

/** What S3 says of a new map. */
export const notification = (more: { readonly key?: string; readonly bucket?: string } = {}): string =>
  JSON.stringify({
    Records: [
      {
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: more.bucket ?? bucket }, object: { key: more.key ?? encodedKey, size: 1 } },
      },
    ],
  });
export const testEvent = JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: bucket });

/** Messages that nobody can ever process. */
export const poison: readonly (readonly [what: string, body: string])[] = [
  ['no JSON', '{'],
  ['nothing', ''],
  ['JSON of another kind', '{"hello":1}'],
  ['no records', '{"Records":[]}'],
  [
    'a deletion',
    JSON.stringify({
      Records: [{ eventName: 'ObjectRemoved:Delete', s3: { bucket: { name: bucket }, object: { key: encodedKey } } }],
    }),
  ],
  ['another bucket', notification({ bucket: 'other' })],
  ['a key that cannot be decoded', notification({ key: `h/${id}/%E9` })],
  ['a key without an id', notification({ key: 'home/name.png' })],
  ['a key with too many parts', notification({ key: `${encodedKey}/more` })],
  ['an id that is none', notification({ key: 'home/1/name.png' })],
];
