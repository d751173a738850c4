import { dayOfMoment } from './calendar';

/**
 * What a customer's interactions are told apart by: triples of moment, channel and how often, in one array and in the order
 * of moment and channel. A million of them are three million numbers, not a million objects.
 */
export type Moments = readonly number[];

/** Triples of day, channel and count, in the order of day and channel. */
export type DayCounts = readonly number[];

/**
 * Of each moment and channel the greater count: an interaction that both files have is one, and neither the order of the
 * imports nor a repeat of one changes the outcome. `added` counts the interactions that `known` did not have.
 */
export function mergeMoments(known: Moments, given: Moments): { readonly moments: Moments; readonly added: number } {
  const moments: number[] = [];
  let added = 0;
  let [k, g] = [0, 0];
  while (k < known.length || g < given.length) {
    const order = compare(known, k, given, g);
    const [from, at] = order <= 0 ? [known, k] : [given, g];
    const knownCount = order <= 0 ? (known[k + 2] as number) : 0;
    const givenCount = order >= 0 ? (given[g + 2] as number) : 0;
    moments.push(from[at] as number, from[at + 1] as number, Math.max(knownCount, givenCount));
    added += Math.max(0, givenCount - knownCount);
    if (order <= 0) k += 3;
    if (order >= 0) g += 3;
  }
  return { moments, added };
}

/** Below 0 where the triple of `a` comes first, or `b` has ended. */
function compare(a: Moments, i: number, b: Moments, j: number): number {
  if (i >= a.length) return 1;
  if (j >= b.length) return -1;
  return (a[i] as number) - (b[j] as number) || (a[i + 1] as number) - (b[j + 1] as number);
}

export function dayCountsOf(moments: Moments): DayCounts {
  const days: number[] = [];
  let channels = new Map<number, number>();
  let current: number | undefined;
  const finishDay = () => {
    for (const [channel, count] of [...channels].sort(([a], [b]) => a - b))
      days.push(current as number, channel, count);
    channels = new Map();
  };
  for (let i = 0; i < moments.length; i += 3) {
    const day = dayOfMoment(moments[i] as number);
    if (day !== current) finishDay();
    current = day;
    const channel = moments[i + 1] as number;
    channels.set(channel, (channels.get(channel) ?? 0) + (moments[i + 2] as number));
  }
  finishDay();
  return days;
}

/** How many interactions there are, and how many of them are repeated rows: the same moment and channel once more. */
export function totalsOf(moments: Moments): { readonly interactions: number; readonly repeated: number } {
  let interactions = 0;
  for (let i = 2; i < moments.length; i += 3) interactions += moments[i] as number;
  return { interactions, repeated: interactions - moments.length / 3 };
}

/** The same interactions, with `numbers[channel]` in place of each channel. */
export function withChannels(moments: Moments, numbers: readonly number[]): Moments {
  const triples: [number, number, number][] = [];
  for (let i = 0; i < moments.length; i += 3) {
    triples.push([moments[i] as number, numbers[moments[i + 1] as number] as number, moments[i + 2] as number]);
  }
  return triples.sort((a, b) => a[0] - b[0] || a[1] - b[1]).flat();
}
