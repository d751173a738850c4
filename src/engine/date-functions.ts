import { timestampForms } from './cast';
import { toInteger } from './decimal';
import type { ScalarFunction } from './scalar-function';
import { ValueError } from './sql-error';
import type { StepBudget } from './step-budget';
import { textArgument } from './text-functions';
import { parseTimestamp, Timestamp } from './timestamp';
import { type DatePart, dateAdd, dateDiff } from './timestamp-arithmetic';
import { type TimestampWriter, timestampWriter } from './timestamp-pattern';
import { type TimestampReader, timestampReader } from './timestamp-reading';
import { isAbsent, type Present, shown, typeOf, type Value } from './value';

/** Throws ValueError IncorrectSqlFunctionArgumentType. */
function timestampArgument(name: string, value: Present): Timestamp {
  if (value instanceof Timestamp) return value;
  const hint = typeof value === 'string' ? ' Write CAST(... AS TIMESTAMP) or TO_TIMESTAMP(...).' : '';
  throw new ValueError(
    'IncorrectSqlFunctionArgumentType',
    `${name} takes a TIMESTAMP, but this is ${typeOf(value)}.${hint}`,
  );
}

export const dateFunctions = {
  EXTRACT:
    ({ word = '' }) =>
    (value) =>
      extract(word, timestampArgument('EXTRACT', value as Present)),

  DATE_ADD:
    ({ word }) =>
    (quantity, value) =>
      dateAdd(word as DatePart, quantityOf(quantity as Present), timestampArgument('DATE_ADD', value as Present)),

  DATE_DIFF:
    ({ word }) =>
    (from, to) =>
      dateDiff(
        word as DatePart,
        timestampArgument('DATE_DIFF', from as Present),
        timestampArgument('DATE_DIFF', to as Present),
      ),

  TO_STRING: ({ budget }) => {
    const writerOf = once(timestampWriter, budget);
    return (value, pattern) => {
      const timestamp = timestampArgument('TO_STRING', value as Present);
      return writerOf(textArgument('TO_STRING', pattern as Present, budget))(timestamp);
    };
  },

  TO_TIMESTAMP: ({ budget }) => {
    const readerOf = once(timestampReader, budget);
    return (value, pattern) => {
      const text = textArgument('TO_TIMESTAMP', value as Present, budget);
      if (isAbsent(pattern)) return parsed(text, parseTimestamp, timestampForms);
      const form = textArgument('TO_TIMESTAMP', pattern, budget);
      return parsed(text, readerOf(form), shown(form));
    };
  },

  UTCNOW: ({ now }) => {
    const value = parseTimestamp(now.toISOString());
    return () => value;
  },
} satisfies Readonly<Record<string, ScalarFunction>>;

/** Keeps what the last argument led to: a pattern is nearly always the same in each record. */
function once<T extends TimestampWriter | TimestampReader>(
  compile: (pattern: string) => T,
  budget: StepBudget,
): (pattern: string) => T {
  let last: { readonly pattern: string; readonly compiled: T } | undefined;
  return (pattern) => {
    budget.spend(stepsPerPatternCharacter * pattern.length);
    if (last?.pattern !== pattern) last = { pattern, compiled: compile(pattern) };
    return last.compiled;
  };
}

/** To compile it, and to write or read a field by it. */
const stepsPerPatternCharacter = 32;

function parsed(text: string, read: TimestampReader, form: string): Timestamp {
  const timestamp = read(text);
  if (timestamp) return timestamp;
  throw new ValueError('ValueParseFailure', `${shown(text)} is no timestamp of the form ${form}.`);
}

function quantityOf(value: Present): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'object' && !(value instanceof Timestamp)) return toInteger(value);
  throw new ValueError(
    'IncorrectSqlFunctionArgumentType',
    `DATE_ADD takes an INT quantity, but this is ${typeOf(value)}.`,
  );
}

/** A field of the local time as it is written. */
function extract(part: string, { fields }: Timestamp): Value {
  switch (part) {
    case 'TIMEZONE_HOUR':
      return BigInt(Math.trunc((fields.offset ?? 0) / 60));
    case 'TIMEZONE_MINUTE':
      return BigInt((fields.offset ?? 0) % 60);
    default:
      return BigInt(fields[part.toLowerCase() as Lowercase<DatePart>]);
  }
}
