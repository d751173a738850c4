import { gunzipSync, gzipSync } from 'node:zlib';

/** Texts below this do not gain by it. */
const leastBytes = 1024;
/** The first byte of gzip; JSON never begins with it. */
const gzipMark = 0x1f;

/** JSON as bytes, compressed where it is long. */
export function compacted(value: unknown): Uint8Array {
  const text = Buffer.from(JSON.stringify(value));
  return text.length < leastBytes ? text : gzipSync(text);
}

export function expanded<T>(bytes: Uint8Array): T {
  const text = bytes[0] === gzipMark ? gunzipSync(bytes) : bytes;
  return JSON.parse(Buffer.from(text).toString('utf8'));
}

/** Numbers of ascending triples as their first differences, which are shorter. */
export function differences(triples: readonly number[]): number[] {
  const result = [...triples];
  for (let i = triples.length - 3; i > 0; i -= 3) result[i] = (triples[i] as number) - (triples[i - 3] as number);
  return result;
}

/** What `differences` was given. */
export function sums(differences: readonly number[]): number[] {
  const result = [...differences];
  for (let i = 3; i < result.length; i += 3) result[i] = (result[i] as number) + (result[i - 3] as number);
  return result;
}
