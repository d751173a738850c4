import type { SlaError, SlaErrorStore } from '../aws/sla-error-store';
import { type SlaEntry, slaErrorId } from './sla-error';

interface ReportNeeds {
  readonly store: SlaErrorStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Report {
  /** The account's id. */
  readonly owner: string;
  readonly entries: readonly SlaEntry[];
}

interface Receipt {
  readonly stored: number;
  readonly duplicates: number;
  /** One for each entry, in the entries' order. */
  readonly errorIds: readonly string[];
}

/** How many entries are written at once. */
const batchSize = 10;

/**
 * Stores each entry once, whoever sends it how often: what is stored already counts as a duplicate and stays as it is. After a
 * fault some entries may be stored and others not; nothing was said of any, and a repeat stores the rest.
 */
export async function reportSlaErrors({ store, now }: ReportNeeds, { owner, entries }: Report): Promise<Receipt> {
  const receivedAt = new Date(now()).toISOString();
  const errors = entries.map((entry): SlaError => ({ ...entry, id: slaErrorId(owner, entry), owner, receivedAt }));
  const distinct = [...new Map(errors.map((error) => [error.id, error])).values()];
  let stored = 0;
  for (let start = 0; start < distinct.length; start += batchSize) {
    stored += await storeAll(store, distinct.slice(start, start + batchSize));
  }
  return { stored, duplicates: entries.length - stored, errorIds: errors.map(({ id }) => id) };
}

/** Waits for every write before it tells of one that failed: no write goes on behind an answer. */
async function storeAll(store: SlaErrorStore, errors: readonly SlaError[]): Promise<number> {
  const outcomes = await Promise.allSettled(errors.map((error) => store.add(error)));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value === 'stored').length;
}
