import { AppError } from '../errors';
import type { Catalogue } from './catalogue';

/**
 * How an interaction is matched to products: `exact` by those of its own month, `asof` by those of the latest month with
 * products that is not after its own.
 */
export type Match = 'exact' | 'asof';

const maxListedTopics = 50;

/** The topics of any month, by their numbers; none where no product can be matched to it. */
export function topicsByMonth({ products }: Catalogue, match: Match): (month: number) => readonly number[] {
  const byMonth = new Map<number, number[]>();
  for (const { month, topic } of products) byMonth.set(month, [...(byMonth.get(month) ?? []), topic]);
  const months = [...byMonth.keys()].sort((a, b) => a - b);
  const found = new Map<number, readonly number[]>();
  return (month) => {
    let topics = found.get(month);
    if (!topics) {
      const matched = match === 'exact' ? month : months.findLast((each) => each <= month);
      topics = (matched !== undefined && byMonth.get(matched)) || [];
      found.set(month, topics);
    }
    return topics;
  };
}

/** The number of a topic, in whatever case it is written. Throws AppError UnknownTopic. */
export function topicNumber({ topics }: Catalogue, text: string): number {
  const number = topics.find(text);
  if (number !== undefined) return number;
  const shown = topics.all.slice(0, maxListedTopics).map((name) => `'${name}'`);
  const more = topics.size > maxListedTopics ? ` and ${topics.size - maxListedTopics} more` : '';
  const detail =
    shown.length === 0
      ? 'is no topic: no products of discussion were imported yet'
      : `is no topic; those that were discussed are ${shown.join(', ')}${more}`;
  throw new AppError('UnknownTopic', `/query/topic ${detail}.`, { faults: [{ pointer: '/query/topic', detail }] });
}
