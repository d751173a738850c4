import { isDigit } from './decimal';
import { ValueError } from './sql-error';
import {
  checkedTimestamp,
  digitsAt,
  firstFields,
  type Precision,
  type Timestamp,
  type TimestampFields,
} from './timestamp';
import { type Field, monthNames, patternElements, type Symbols } from './timestamp-pattern';

/** Reads a text by a pattern; undefined where it does not fit, or says what the calendar does not have. */
export type TimestampReader = (text: string) => Timestamp | undefined;

/** The precision of each field, the coarsest first. */
const precisionOf: readonly (readonly [Field, Precision])[] = [
  ['year', 'year'],
  ['month', 'month'],
  ['day', 'day'],
  ['hour', 'minute'],
  ['minute', 'minute'],
  ['second', 'second'],
  ['fraction', 'second'],
];

/** What a text has said so far. */
type Read = { -readonly [Key in keyof TimestampFields]: TimestampFields[Key] } & { isAfternoon?: boolean };

/**
 * Compiles a pattern for reading. Throws ValueError with the codes of patterns: those of writing,
 * EvaluatorInvalidTimestampFormatPatternSymbolForParsing, EvaluatorTimestampFormatPatternDuplicateFields,
 * EvaluatorTimestampFormatPatternHourClockAmPmMismatch.
 */
export function timestampReader(pattern: string): TimestampReader {
  const elements = patternElements(pattern);
  const precision = checkedPrecision(elements.filter(({ kind }) => kind === 'symbols') as Symbols[]);
  return (text) => {
    const read: Read = { ...firstFields, precision };
    let at = 0;
    for (const element of elements) {
      at = element.kind === 'text' ? textEnd(text, at, element.text) : fieldEnd(text, at, element, read);
      if (at < 0) return undefined;
    }
    if (at < text.length) return undefined;
    const { isAfternoon, ...fields } = read;
    const hour = isAfternoon === undefined ? fields.hour : (fields.hour % 12) + (isAfternoon ? 12 : 0);
    return checkedTimestamp({ ...fields, hour });
  };
}

/** The precision of what a pattern reads, once its fields make sense together. */
function checkedPrecision(symbols: readonly Symbols[]): Precision {
  const invalid = (what: string, code = 'EvaluatorInvalidTimestampFormatPattern') => new ValueError(code, what);
  const given = new Map<Field, Symbols>();
  for (const symbol of symbols) {
    const { letter, count, field } = symbol;
    if (letter === 'M' && count === 5) {
      throw invalid(
        'MMMMM, the first letter of a month, does not tell which; read it with MMM or MMMM.',
        'EvaluatorInvalidTimestampFormatPatternSymbolForParsing',
      );
    }
    if (given.has(field)) {
      throw invalid(`The pattern has the ${field} twice.`, 'EvaluatorTimestampFormatPatternDuplicateFields');
    }
    given.set(field, symbol);
  }
  if ((given.get('hour')?.letter === 'h') !== given.has('half')) {
    throw invalid(
      'h, the hour from 1 to 12, and a, AM or PM, belong together; H is the hour from 0 to 23.',
      'EvaluatorTimestampFormatPatternHourClockAmPmMismatch',
    );
  }
  if (!given.has('year')) throw invalid('A pattern to read by needs a year: yyyy.');
  if (given.has('offset') && !given.has('hour')) throw invalid('A pattern with an offset needs an hour.');
  let precision: Precision = 'year';
  let absent: Field | undefined;
  for (const [field, its] of precisionOf) {
    if (!given.has(field)) absent ??= field;
    else if (absent) throw invalid(`A pattern with the ${field} needs the ${absent}.`);
    else precision = its;
  }
  return precision;
}

const textEnd = (text: string, at: number, expected: string): number =>
  text.startsWith(expected, at) ? at + expected.length : -1;

/** Reads one field, and answers where it ends, or -1. */
function fieldEnd(text: string, at: number, { letter, count, field }: Symbols, read: Read): number {
  switch (field) {
    case 'year': {
      const digits = digitCount(text, at, count === 1 ? 4 : count);
      if (digits < (count === 1 ? 1 : count)) return -1;
      const year = digitsAt(text, at, digits);
      read.year = count === 2 ? year + (year < 70 ? 2000 : 1900) : year;
      return at + digits;
    }
    case 'month':
      return count < 3 ? numberEnd(text, at, count, 'month', read) : monthEnd(text, at, count, read);
    case 'half': {
      const half = text.slice(at, at + 2).toUpperCase();
      read.isAfternoon = half === 'PM';
      return half === 'AM' || half === 'PM' ? at + 2 : -1;
    }
    case 'hour': {
      const end = numberEnd(text, at, count, 'hour', read);
      return letter === 'h' && (read.hour < 1 || read.hour > 12) ? -1 : end;
    }
    case 'fraction': {
      const digits = digitCount(text, at, letter === 'n' ? 9 : count);
      if (digits < (letter === 'n' ? 1 : count)) return -1;
      const fraction = text.slice(at, at + digits);
      read.fraction = letter === 'n' ? fraction.padStart(9, '0') : fraction;
      return at + digits;
    }
    case 'offset':
      return offsetEnd(text, at, letter, count, read);
    default:
      return numberEnd(text, at, count, field, read);
  }
}

/** A number of one or two digits, or of exactly two. */
function numberEnd(
  text: string,
  at: number,
  least: number,
  field: 'month' | 'day' | 'hour' | 'minute' | 'second',
  read: Read,
): number {
  const digits = digitCount(text, at, 2);
  if (digits < least) return -1;
  read[field] = digitsAt(text, at, digits);
  return at + digits;
}

function digitCount(text: string, at: number, most: number): number {
  let digits = 0;
  while (digits < most && isDigit(text.charCodeAt(at + digits))) digits++;
  return digits;
}

function monthEnd(text: string, at: number, count: number, read: Read): number {
  const names = count === 3 ? monthNames.map((name) => name.slice(0, 3)) : monthNames;
  const month = names.findIndex((name) => text.slice(at, at + name.length).toLowerCase() === name.toLowerCase());
  read.month = month + 1;
  return month < 0 ? -1 : at + (names[month] as string).length;
}

/** X, XX and XXX as they are written; an offset of -00:00 is unknown. */
function offsetEnd(text: string, at: number, letter: string, count: number, read: Read): number {
  if (letter === 'X' && text[at] === 'Z') {
    read.offset = 0;
    return at + 1;
  }
  const sign = text[at];
  const hours = digitsAt(text, at + 1, 2);
  if ((sign !== '+' && sign !== '-') || hours < 0 || hours > 23) return -1;
  const colon = count === 3 || count === 5 ? 1 : 0;
  const hasMinutes = digitCount(text, at + 3 + colon, 2) === 2 && (colon === 0 || text[at + 3] === ':');
  if (!hasMinutes && count > 1) return -1;
  const minutes = hasMinutes ? digitsAt(text, at + 3 + colon, 2) : 0;
  if (minutes > 59) return -1;
  const offset = hours * 60 + minutes;
  read.offset = sign === '+' ? offset : offset === 0 ? undefined : -offset;
  return at + (hasMinutes ? 5 + colon : 3);
}
