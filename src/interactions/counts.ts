import { monthOfDay } from './calendar';
import { compacted, differences, expanded, sums } from './compact';
import type { DayCounts } from './moments';

export interface Count {
  readonly day: number;
  /** Numbers of names; the type may be `unknownType`. */
  readonly type: number;
  readonly channel: number;
  readonly count: number;
}

export interface MonthCount extends Omit<Count, 'day' | 'count'> {
  readonly month: number;
  count: number;
}

/** Above every number of a channel, and of a type. */
const channelStep = 1024;

/** How many interactions there were by day, customer type and channel: as many numbers as days, whatever the rows. */
export class Counts {
  #byDay = new Map<number, Map<number, number>>();

  static decode(bytes: Uint8Array): Counts {
    const counts = new Counts();
    for (const { day, type, channel, count } of countsIn(bytes)) counts.addDays(type, [day, channel, count], 1);
    return counts;
  }

  /** Adds a customer's interactions, or takes them away by the sign -1. */
  addDays(type: number, days: DayCounts, sign: 1 | -1): void {
    for (let i = 0; i < days.length; i += 3) {
      const key = (type + 1) * channelStep + (days[i + 1] as number);
      this.#add(days[i] as number, key, sign * (days[i + 2] as number));
    }
  }

  encode(): Uint8Array {
    return compacted(differences([...this.#sorted()].flat()));
  }

  #add(day: number, key: number, change: number): void {
    const counts = this.#byDay.get(day) ?? new Map<number, number>();
    this.#byDay.set(day, counts);
    const count = (counts.get(key) ?? 0) + change;
    if (count === 0) counts.delete(key);
    else counts.set(key, count);
  }

  *#sorted(): Generator<[day: number, key: number, count: number]> {
    for (const [day, counts] of [...this.#byDay].sort(([a], [b]) => a - b)) {
      for (const [key, count] of [...counts].sort(([a], [b]) => a - b)) yield [day, key, count];
    }
  }
}

/** What `encode` gave, in the order of the days. */
export function countsIn(bytes: Uint8Array): readonly Count[] {
  const triples = sums(expanded<number[]>(bytes));
  const counts: Count[] = [];
  for (let i = 0; i < triples.length; i += 3) {
    const key = triples[i + 1] as number;
    counts.push({
      day: triples[i] as number,
      type: Math.floor(key / channelStep) - 1,
      channel: key % channelStep,
      count: triples[i + 2] as number,
    });
  }
  return counts;
}

/** The same by month, in no order; only of days that are wanted. */
export function countsByMonth(counts: readonly Count[], isWanted: (day: number) => boolean): readonly MonthCount[] {
  const months = new Map<number, MonthCount>();
  let [lastDay, month, isIn] = [Number.NaN, 0, false];
  for (const { day, type, channel, count } of counts) {
    if (day !== lastDay) [lastDay, month, isIn] = [day, monthOfDay(day), isWanted(day)];
    if (!isIn) continue;
    const key = (month * channelStep + type + 1) * channelStep + channel;
    const known = months.get(key);
    if (known) known.count += count;
    else months.set(key, { month, type, channel, count });
  }
  return [...months.values()];
}
