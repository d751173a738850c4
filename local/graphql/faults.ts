/** The ways in which the GraphQL API can be made to fail. */
export const faultKinds = ['status-500', 'too-many-requests', 'time-out', 'errors', 'truncated', 'slow'] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultSettings {
  /** Which share of the requests fails, from 0 to 1. */
  readonly rate: number;
  /** The same seed gives the same faults in the same order. */
  readonly seed: number;
}

/** Says of each request, in the order in which they come, how it is to fail; undefined where it is not. */
export function createFaults({ rate, seed }: FaultSettings): () => FaultKind | undefined {
  const random = seededRandom(seed);
  return () => (random() < rate ? faultKinds[Math.floor(random() * faultKinds.length)] : undefined);
}

/** Numbers from 0 to below 1, always the same for a seed: Mulberry32, which is in the public domain. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
