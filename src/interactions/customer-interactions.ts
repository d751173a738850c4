import { AppError } from '../errors';
import { monthOfDay } from './calendar';
import { consistently, type ReadNeeds, readCatalogue } from './consistent-read';
import { bucketOf, collectionOf, decodeHead, nameOf } from './customer';
import { dayFilter, type Period } from './period';
import { type Match, topicNumber, topicsByMonth } from './topics';

export interface CustomerRequest extends Period {
  readonly id: number;
  readonly topic?: string | undefined;
  readonly match: Match;
}

export interface CustomerInteractions {
  /** Of every channel that there is, in the order in which they were first seen. */
  readonly channels: readonly (readonly [name: string, count: number])[];
  readonly topic?: {
    readonly name: string;
    /** Interactions in the period that no product could be matched to. */
    readonly unattributed: number;
  };
}

/**
 * How often a customer was in touch over each channel. A key read, whatever the size of the table.
 * Throws AppError CustomerNotFound, UnknownTopic, ValidationFailed.
 */
export async function customerInteractions(
  needs: ReadNeeds,
  { id, topic, match, ...period }: CustomerRequest,
): Promise<CustomerInteractions> {
  const isWanted = dayFilter(period);
  const { catalogue, bytes } = await consistently(needs, async (view) => {
    const [catalogue, bytes] = await Promise.all([
      readCatalogue(needs, view),
      needs.documents.readHead(view, collectionOf(bucketOf(id)), nameOf(id)),
    ]);
    return { catalogue, bytes };
  });
  const number = topic === undefined ? undefined : topicNumber(catalogue, topic);
  if (!bytes) {
    throw new AppError('CustomerNotFound', `Neither the customers nor the interactions have a row with the id ${id}.`);
  }
  const { days } = decodeHead(bytes);
  const topicsOf = topicsByMonth(catalogue, match);
  const counts = catalogue.channels.all.map(() => 0);
  let unattributed = 0;
  for (let i = 0; i < days.length; i += 3) {
    const [day, channel, count] = [days[i] as number, days[i + 1] as number, days[i + 2] as number];
    if (!isWanted(day)) continue;
    const topics = topicsOf(monthOfDay(day));
    if (topics.length === 0) unattributed += count;
    if (number === undefined || topics.includes(number)) counts[channel] = (counts[channel] ?? 0) + count;
  }
  return {
    channels: catalogue.channels.all.map((name, channel) => [name, counts[channel] ?? 0] as const),
    ...(number !== undefined && { topic: { name: catalogue.topics.name(number), unattributed } }),
  };
}
