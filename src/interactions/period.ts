import { AppError } from '../errors';
import { dayOfIsoDate } from './calendar';

/** ISO dates, both included; open where one is left out. */
export interface Period {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Whether a day lies in a period. Throws AppError ValidationFailed where it ends before it begins. */
export function dayFilter({ from, to }: Period): (day: number) => boolean {
  const first = from === undefined ? Number.NEGATIVE_INFINITY : dayOfIsoDate(from);
  const last = to === undefined ? Number.POSITIVE_INFINITY : dayOfIsoDate(to);
  if (first > last) {
    const detail = `is after /query/to, ${to}`;
    throw new AppError('ValidationFailed', `/query/from ${detail}`, { faults: [{ pointer: '/query/from', detail }] });
  }
  return (day) => day >= first && day <= last;
}
