import { isDigit } from './decimal';

export type Precision = 'year' | 'month' | 'day' | 'minute' | 'second';

/** The fields of a local time; those finer than the precision have their first value. */
export interface TimestampFields {
  readonly precision: Precision;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** The digits after the point of the second, as many as were given. */
  readonly fraction: string;
  /** Minutes east of UTC; undefined where it is unknown, and for values without a time. */
  readonly offset: number | undefined;
}

/**
 * A TIMESTAMP: a local time in the Gregorian calendar, its precision, and its offset from UTC.
 * Source: the W3C note "Date and Time Formats", and Amazon Ion, "Timestamps".
 */
export class Timestamp {
  readonly fields: TimestampFields;

  constructor(fields: TimestampFields) {
    this.fields = fields;
  }

  /** Whole seconds since 1970 in UTC; an unknown offset counts as UTC. */
  get seconds(): number {
    return localSeconds(this.fields) - (this.fields.offset ?? 0) * 60;
  }
}

export const firstFields: TimestampFields = {
  precision: 'year',
  year: 1,
  month: 1,
  day: 1,
  hour: 0,
  minute: 0,
  second: 0,
  fraction: '',
  offset: undefined,
};

export const precisions: readonly Precision[] = ['year', 'month', 'day', 'minute', 'second'];

/** Seconds since 1970 that a clock at the same place shows. */
export function localSeconds({ year, month, day, hour, minute, second }: TimestampFields): number {
  return ((daysFromCivil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
}

/** Days since 1970-01-01. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

export type CalendarFields = Pick<TimestampFields, 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'>;

/** The calendar's fields of local seconds since 1970. */
export function fieldsOfLocalSeconds(seconds: number): CalendarFields {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9);
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
  };
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** A timestamp of these fields, or undefined where one of them is outside the calendar or the day. */
export function checkedTimestamp(fields: TimestampFields): Timestamp | undefined {
  const { year, month, day, hour, minute, second, offset = 0 } = fields;
  const isDate = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  const isTime = hour <= 23 && minute <= 59 && second <= 59 && Math.abs(offset) < 24 * 60;
  return isDate && isTime ? new Timestamp(fields) : undefined;
}

/** By instant: below zero where the first is earlier. Digits of a fraction that end in zeros mean the same. */
export function compareInstants(a: Timestamp, b: Timestamp): number {
  return a.seconds - b.seconds || compareFractions(a.fields.fraction, b.fields.fraction);
}

export function compareFractions(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a.charCodeAt(i) || zero) - (b.charCodeAt(i) || zero);
    if (difference !== 0) return difference;
  }
  return 0;
}

const zero = 48;

export const padded = (number: number, width: number): string => String(number).padStart(width, '0');

/** The text of a value: of the precision that it has, with `Z` for offset zero and `-00:00` for an unknown one. */
export function timestampText({ fields }: Timestamp): string {
  const { precision, year, month, day, hour, minute, second, fraction, offset } = fields;
  if (precision === 'year') return `${padded(year, 4)}T`;
  if (precision === 'month') return `${padded(year, 4)}-${padded(month, 2)}T`;
  const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  if (precision === 'day') return date;
  const seconds = precision === 'second' ? `:${padded(second, 2)}${fraction === '' ? '' : `.${fraction}`}` : '';
  return `${date}T${padded(hour, 2)}:${padded(minute, 2)}${seconds}${offsetText(offset)}`;
}

function offsetText(offset: number | undefined): string {
  if (offset === undefined) return '-00:00';
  return offset === 0 ? 'Z' : signedOffset(offset, ':');
}

/** `+hh:mm`, with another separator or none. */
export function signedOffset(offset: number, separator: string): string {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${padded(Math.floor(minutes / 60), 2)}${separator}${padded(minutes % 60, 2)}`;
}

/**
 * Reads `2031T`, `2031-05T`, `2031-05-06`, `2031-05-06T`, `2031-05-06T07:08+05:30`, `2031-05-06T07:08:09.120Z`.
 * Undefined for any other text, and for what the calendar does not have.
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const year = digitsAt(text, 0, 4);
  if (year < 0) return undefined;
  if (isEnd(text, 4)) return checkedDate('year', year, 1, 1);
  const month = text[4] === '-' ? digitsAt(text, 5, 2) : -1;
  if (month < 0) return undefined;
  if (isEnd(text, 7)) return checkedDate('month', year, month, 1);
  const day = text[7] === '-' ? digitsAt(text, 8, 2) : -1;
  if (day < 0) return undefined;
  if (text.length === 10 || isEnd(text, 10)) return checkedDate('day', year, month, day);
  return text[10] === 'T' ? withTime(text, 11, year, month, day) : undefined;
}

/** Written out: a spread takes longer than all else here. */
const checkedDate = (precision: Precision, year: number, month: number, day: number): Timestamp | undefined =>
  checkedTimestamp({ precision, year, month, day, hour: 0, minute: 0, second: 0, fraction: '', offset: undefined });

/** Whether a last `T` stands there. */
const isEnd = (text: string, at: number): boolean => text.length === at + 1 && text[at] === 'T';

/** Of a day, with the time and the offset that stand from there to the end. */
function withTime(text: string, start: number, year: number, month: number, day: number): Timestamp | undefined {
  const hour = digitsAt(text, start, 2);
  const minute = text[start + 2] === ':' ? digitsAt(text, start + 3, 2) : -1;
  if (hour < 0 || minute < 0) return undefined;
  let at = start + 5;
  let second = 0;
  let fraction = '';
  const hasSecond = text[at] === ':';
  if (hasSecond) {
    second = digitsAt(text, at + 1, 2);
    if (second < 0) return undefined;
    at += 3;
    if (text[at] === '.') {
      const from = at + 1;
      for (at = from; isDigit(text.charCodeAt(at)); at++);
      fraction = text.slice(from, at);
      if (fraction === '') return undefined;
    }
  }
  const offset = offsetAt(text, at);
  if (offset === 'none') return undefined;
  const precision = hasSecond ? 'second' : 'minute';
  return checkedTimestamp({ precision, year, month, day, hour, minute, second, fraction, offset });
}

/** The offset from there to the end, in minutes; undefined where it is said to be unknown. */
function offsetAt(text: string, at: number): number | undefined | 'none' {
  const sign = text[at];
  if (sign === 'Z' && text.length === at + 1) return 0;
  const hours = digitsAt(text, at + 1, 2);
  const minutes = digitsAt(text, at + 4, 2);
  const isOffset = text.length === at + 6 && (sign === '+' || sign === '-') && text[at + 3] === ':';
  if (!isOffset || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return 'none';
  const offset = hours * 60 + minutes;
  return sign === '+' ? offset : offset === 0 ? undefined : -offset;
}

/** The number in so many digits at an offset, or -1 where they are not all digits. */
export function digitsAt(text: string, at: number, count: number): number {
  let number = 0;
  for (let i = at; i < at + count; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return -1;
    number = number * 10 + code - zero;
  }
  return number;
}
