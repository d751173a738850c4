import { ValueError } from './sql-error';
import {
  type CalendarFields,
  compareFractions,
  daysInMonth,
  fieldsOfLocalSeconds,
  localSeconds,
  type Precision,
  precisions,
  Timestamp,
  type TimestampFields,
} from './timestamp';

export type DatePart = 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND';

/** The precision that a value needs at least to hold a part. */
const precisionOf: Readonly<Record<DatePart, Precision>> = {
  YEAR: 'year',
  MONTH: 'month',
  DAY: 'day',
  HOUR: 'minute',
  MINUTE: 'minute',
  SECOND: 'second',
};

const secondsOf = { DAY: 86_400, HOUR: 3600, MINUTE: 60, SECOND: 1 };

/**
 * Adds so many parts. A value coarser than the part grows to it; a day of the month that the new month does not have
 * becomes its last. Throws ValueError IllegalSqlFunctionArgument outside the years 0001 to 9999.
 */
export function dateAdd(part: DatePart, quantity: bigint, { fields }: Timestamp): Timestamp {
  const { year, month, day, hour, minute, second } = added(part, Number(quantity), fields);
  if (!(year >= 1 && year <= 9999)) {
    throw new ValueError('IllegalSqlFunctionArgument', 'DATE_ADD leads outside the years 0001 to 9999.');
  }
  const needed = precisionOf[part];
  const isCoarser = precisions.indexOf(fields.precision) < precisions.indexOf(needed);
  const precision = isCoarser ? needed : fields.precision;
  const { fraction, offset } = fields;
  return new Timestamp({ precision, year, month, day, hour, minute, second, fraction, offset });
}

function added(part: DatePart, quantity: number, fields: TimestampFields): CalendarFields {
  if (part !== 'YEAR' && part !== 'MONTH') {
    return fieldsOfLocalSeconds(localSeconds(fields) + quantity * secondsOf[part]);
  }
  const months = fields.year * 12 + fields.month - 1 + quantity * (part === 'YEAR' ? 12 : 1);
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  const { hour, minute, second } = fields;
  return { year, month, day: Math.min(fields.day, daysInMonth(year, month)), hour, minute, second };
}

/** Whole parts from one value to the other, truncated toward zero: local dates for years and months, else elapsed time. */
export function dateDiff(part: DatePart, from: Timestamp, to: Timestamp): bigint {
  if (part === 'YEAR') return BigInt(Math.trunc(monthsBetween(from.fields, to.fields) / 12));
  if (part === 'MONTH') return BigInt(monthsBetween(from.fields, to.fields));
  return BigInt(Math.trunc(secondsBetween(from, to) / secondsOf[part]));
}

function monthsBetween(from: TimestampFields, to: TimestampFields): number {
  const months = (to.year - from.year) * 12 + to.month - from.month;
  if (months > 0 && to.day < from.day) return months - 1;
  return months < 0 && to.day > from.day ? months + 1 : months;
}

function secondsBetween(from: Timestamp, to: Timestamp): number {
  const seconds = to.seconds - from.seconds;
  const order = compareFractions(to.fields.fraction, from.fields.fraction);
  if (seconds > 0 && order < 0) return seconds - 1;
  return seconds < 0 && order > 0 ? seconds + 1 : seconds;
}
