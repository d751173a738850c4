import { AppError } from '../errors';
import { EventRows } from './event-rows';
import type { DayOf } from './local-days';
import { UserCounts } from './user-counts';

/** What is known of the events before anybody asked who the users are. */
export interface Tally {
  /** Events by day; see `DayOf`. */
  readonly days: ReadonlyMap<number, number>;
  readonly users: UserCounts;
  readonly valid: number;
  readonly bad: number;
}

export interface TallyOptions {
  readonly dayOf: DayOf;
  /** Called for each bad row, in the file's order. Lines are counted from 1. */
  readonly onBadRow: (line: number, details: string) => void;
  /** Called after each chunk with the bytes read so far. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Counts the events of a file by day and by user. Memory grows with the distinct users and days, not with the rows.
 * Throws AppError EventsUnreadable for what no row could be read of, and what the source throws.
 */
export async function tallyEvents(
  source: AsyncIterable<Uint8Array>,
  { dayOf, onBadRow, onProgress }: TallyOptions,
): Promise<Tally> {
  const days = new Map<number, number>();
  const users = new UserCounts();
  let valid = 0;
  let bad = 0;
  const rows = new EventRows({
    event(epochMs, bytes, start, end) {
      if (!users.add(bytes, start, end)) return false;
      const day = dayOf(epochMs);
      days.set(day, (days.get(day) ?? 0) + 1);
      valid += 1;
      return true;
    },
    badRow(line, details) {
      bad += 1;
      onBadRow(line, details);
    },
  });
  let bytes = 0;
  for await (const chunk of source) {
    if (bytes === 0) checkEncoding(chunk);
    rows.push(chunk);
    bytes += chunk.length;
    onProgress?.(bytes);
  }
  rows.end();
  return { days, users, valid, bad };
}

/** Every row would be bad, and nobody would know why. */
function checkEncoding([first, second]: Uint8Array): void {
  if (first === 0x1f && second === 0x8b) {
    throw new AppError('EventsUnreadable', 'The file of events is compressed. Unpack it first, with gunzip.');
  }
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new AppError('EventsUnreadable', 'The file of events is UTF-16. Save it as CSV in UTF-8.');
  }
}
