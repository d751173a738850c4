import type { SlaError, SlaErrorStore } from '../aws/sla-error-store';
import { inParallel } from '../in-parallel';
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

const writesAtOnce = 10;

/**
 * Stores each entry once, whoever sends it how often: what is stored already counts as a duplicate and stays as it is. After a
 * fault some entries may be stored and others not; nothing was said of any, and a repeat stores the rest.
 */
export async function reportSlaErrors({ store, now }: ReportNeeds, { owner, entries }: Report): Promise<Receipt> {
  const receivedAt = new Date(now()).toISOString();
  const errors = entries.map((entry): SlaError => ({ ...entry, id: slaErrorId(owner, entry), owner, receivedAt }));
  const distinct = [...new Map(errors.map((error) => [error.id, error])).values()];
  let stored = 0;
  await inParallel(distinct, writesAtOnce, async (error) => {
    if ((await store.add(error)) === 'stored') stored++;
  });
  return { stored, duplicates: entries.length - stored, errorIds: errors.map(({ id }) => id) };
}
