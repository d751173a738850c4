import { AppError } from '../errors';
import { isoMonth } from './calendar';
import type { Catalogue } from './catalogue';
import { consistently, type ReadNeeds, readCatalogue, readCounts } from './consistent-read';
import { countsByMonth, type MonthCount } from './counts';
import { unknownType } from './customer';
import { dayFilter, type Period } from './period';
import { type Match, topicNumber, topicsByMonth } from './topics';

export const dimensions = ['customer_type', 'channel', 'topic', 'month'] as const;
export type Dimension = (typeof dimensions)[number];

export interface StatisticsRequest extends Period {
  readonly groupBy: readonly Dimension[];
  readonly topic?: string | undefined;
  readonly match: Match;
}

export interface Statistics {
  /** The value of each dimension that was asked for, in its order; a topic may be null. */
  readonly rows: readonly { readonly values: readonly (string | null)[]; readonly count: number }[];
  /** Interactions, each once. */
  readonly total: number;
}

/** So that an answer fits into one payload of Lambda, 6 MB, whatever the names. */
export const maxRows = 6000;

/** Above every number of a topic, a month or a type: what has none comes last. */
const none = 1e9;

/**
 * How many interactions there were by any of the dimensions, of a period or a topic. An interaction counts in the row of each
 * of its topics, under null where it has none, and once in the total. By channel every one is listed, zeros too. Reads counts by
 * day, whatever the number of rows. Throws AppError UnknownTopic, ValidationFailed.
 */
export async function statistics(
  needs: ReadNeeds,
  { groupBy, topic, match, ...period }: StatisticsRequest,
): Promise<Statistics> {
  const isWanted = dayFilter(period);
  const { catalogue, counts } = await consistently(needs, async (view) => {
    const [catalogue, counts] = await Promise.all([readCatalogue(needs, view), readCounts(needs, view)]);
    return { catalogue, counts };
  });
  const number = topic === undefined ? undefined : topicNumber(catalogue, topic);
  const topicsOf = topicsByMonth(catalogue, match);

  const groups = new Groups();
  let total = 0;
  for (const each of countsByMonth(counts, isWanted)) {
    const topics = topicsOf(each.month);
    if (number !== undefined && !topics.includes(number)) continue;
    total += each.count;
    const own = number !== undefined ? [number] : topics.length > 0 ? topics : [none];
    const counted = groupBy.includes('topic') ? own : [none];
    for (const topic of counted)
      groups.add(
        groupBy.map((dimension) => numberOf(dimension, each, topic)),
        each.count,
      );
  }
  fillZeros(groups, groupBy, catalogue);
  if (groups.size > maxRows) throw tooMany(groups.size);
  const rows = groups.sorted().map(({ numbers, count }) => ({
    values: numbers.map((number, place) => shown(groupBy[place] as Dimension, number, catalogue)),
    count,
  }));
  return { rows, total };
}

function tooMany(rows: number): AppError {
  const detail = `would give ${rows} rows, at most ${maxRows} are answered; leave out a dimension, or give from and to`;
  return new AppError('ValidationFailed', `/query/group_by ${detail}`, {
    faults: [{ pointer: '/query/group_by', detail }],
  });
}

/** What stands for a dimension's value; in the order of these the rows are given. */
function numberOf(dimension: Dimension, { type, channel, month }: MonthCount, topic: number): number {
  switch (dimension) {
    case 'customer_type':
      return type === unknownType ? none : type;
    case 'channel':
      return channel;
    case 'topic':
      return topic;
    case 'month':
      return month;
  }
}

function shown(dimension: Dimension, number: number, { types, channels, topics }: Catalogue): string | null {
  switch (dimension) {
    case 'customer_type':
      return number === none ? 'unknown' : types.name(number);
    case 'channel':
      return channels.name(number);
    case 'topic':
      return number === none ? null : topics.name(number);
    case 'month':
      return isoMonth(number);
  }
}

class Groups {
  #counts = new Map<string, { readonly numbers: readonly number[]; count: number }>();

  add(numbers: readonly number[], count: number): void {
    const key = numbers.join(' ');
    const group = this.#counts.get(key);
    if (group) group.count += count;
    else this.#counts.set(key, { numbers, count });
  }

  get size(): number {
    return this.#counts.size;
  }

  get all(): readonly (readonly number[])[] {
    return Array.from(this.#counts.values(), ({ numbers }) => numbers);
  }

  sorted() {
    return [...this.#counts.values()].sort((a, b) => {
      const place = a.numbers.findIndex((number, at) => number !== b.numbers[at]);
      return (a.numbers[place] ?? 0) - (b.numbers[place] ?? 0);
    });
  }
}

/** Each group with each channel; without dimensions there is one group, of all. */
function fillZeros(groups: Groups, groupBy: readonly Dimension[], { channels }: Catalogue): void {
  if (groupBy.length === 0) groups.add([], 0);
  const place = groupBy.indexOf('channel');
  if (place < 0) return;
  const others = groupBy.length === 1 ? [[0]] : groups.all;
  for (const numbers of others) {
    for (let channel = 0; channel < channels.size; channel++) groups.add(numbers.with(place, channel), 0);
  }
}
