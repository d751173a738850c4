import type { SlaError, SlaErrorStore, SlaPlace } from '../aws/sla-error-store';
import { AppError } from '../errors';

interface ListRequest {
  readonly owner: string;
  readonly folder?: string | undefined;
  /** Instants as `Date.toISOString` writes them, both inclusive. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit: number;
  /** The place that the page before ended with. */
  readonly after?: string | undefined;
}

interface Page {
  readonly errors: readonly SlaError[];
  /** Where the next page begins, unless this is the last. */
  readonly nextPlace: string | undefined;
}

/** One's own reports, newest first. Throws AppError ValidationFailed for a range or a place that cannot be meant. */
export async function listSlaErrors(
  { store }: { readonly store: SlaErrorStore },
  { after, ...asked }: ListRequest,
): Promise<Page> {
  const { from, to } = asked;
  if (from !== undefined && to !== undefined && from > to) throw invalid('/query/from', `is after /query/to, ${to}`);
  const place = after === undefined ? undefined : placeOf(after);
  if (place && ((from !== undefined && place.receivedAt < from) || (to !== undefined && place.receivedAt > to))) {
    throw invalid('/query/cursor', 'is of a listing with another from or to');
  }
  const { errors, more } = await store.list({ ...asked, after: place });
  const last = errors.at(-1);
  return { errors, nextPlace: more && last ? `${last.receivedAt} ${last.id}` : undefined };
}

function placeOf(text: string): SlaPlace {
  const { receivedAt, id } = /^(?<receivedAt>[\dT:.-]{23}Z) (?<id>[0-9a-f]{64})$/.exec(text)?.groups ?? {};
  if (!receivedAt || !id) throw invalid('/query/cursor', 'is not a next_cursor of this listing');
  return { receivedAt, id };
}

const invalid = (pointer: string, detail: string): AppError =>
  new AppError('ValidationFailed', `${pointer} ${detail}`, { faults: [{ pointer, detail }] });
