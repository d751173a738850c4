import type { ScalarFunction } from './scalar-function';
import { ValueError } from './sql-error';
import type { StepBudget } from './step-budget';
import { isAbsent, type Present, typeOf, type Value } from './value';

// All counting is in code points. What a function does with a text is taken from the query's budget by the text's length.

/** Throws ValueError IncorrectSqlFunctionArgumentType. */
export function textArgument(name: string, value: Present, budget: StepBudget): string {
  if (typeof value !== 'string') {
    const hint = ' Write CAST(... AS STRING).';
    throw new ValueError(
      'IncorrectSqlFunctionArgumentType',
      `${name} takes text, but this is ${typeOf(value)}.${hint}`,
    );
  }
  budget.spend(value.length);
  return value;
}

const charLength: ScalarFunction =
  ({ budget }) =>
  (value) =>
    BigInt(codePoints(textArgument('CHAR_LENGTH', value as Present, budget)));

export const textFunctions = {
  CHAR_LENGTH: charLength,
  CHARACTER_LENGTH: charLength,

  LOWER:
    ({ budget }) =>
    (value) =>
      textArgument('LOWER', value as Present, budget).toLowerCase(),

  UPPER:
    ({ budget }) =>
    (value) =>
      textArgument('UPPER', value as Present, budget).toUpperCase(),

  SUBSTRING:
    ({ budget }) =>
    (value, start, length) =>
      substring(
        textArgument('SUBSTRING', value as Present, budget),
        integerArgument(start as Present),
        isAbsent(length) ? undefined : integerArgument(length),
      ),

  TRIM:
    ({ budget, word = 'BOTH' }) =>
    (value, characters) =>
      trimmed(
        textArgument('TRIM', value as Present, budget),
        word,
        isAbsent(characters) ? ' ' : textArgument('TRIM', characters, budget),
        budget,
      ),
} satisfies Readonly<Record<string, ScalarFunction>>;

function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at++) if (isLead(text, at)) count--;
  return count;
}

/** Whether the code point at an offset takes two units. Text is well-formed: its second half is there. */
const isLead = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800;

function integerArgument(value: Present): bigint {
  if (typeof value === 'bigint') return value;
  throw new ValueError(
    'IncorrectSqlFunctionArgumentType',
    `SUBSTRING takes INT positions, but this is ${typeOf(value)}.`,
  );
}

/** The characters at positions p, from 1, with start <= p < start + length: a start below 1 uses up length. */
function substring(text: string, start: bigint, length: bigint | undefined): Value {
  if (length !== undefined && length < 0n) {
    throw new ValueError('IllegalSqlFunctionArgument', `The length of SUBSTRING is ${length}; it cannot be negative.`);
  }
  const first = start < 1n ? 1n : start;
  const from = offsetOf(text, 0, first - 1n);
  if (length === undefined) return text.slice(from);
  const count = start + length - first;
  return count <= 0n ? '' : text.slice(from, offsetOf(text, from, count));
}

/** The offset so many characters after another, or the end. */
function offsetOf(text: string, from: number, characters: bigint): number {
  if (characters >= BigInt(text.length - from)) return text.length;
  let at = from;
  for (let left = Number(characters); left > 0 && at < text.length; left--) at += isLead(text, at) ? 2 : 1;
  return at;
}

/** Without the characters of a set at the sides asked for. */
function trimmed(text: string, side: string, characters: string, budget: StepBudget): string {
  const set = characters.length === 1 ? characters : new Set(characters);
  const isInSet =
    typeof set === 'string' ? (character: string) => character === set : (character: string) => set.has(character);
  let from = 0;
  let to = text.length;
  if (side !== 'TRAILING') {
    while (from < to) {
      const width = isLead(text, from) ? 2 : 1;
      if (!isInSet(text.slice(from, from + width))) break;
      from += width;
    }
  }
  if (side !== 'LEADING') {
    while (to > from) {
      const width = to - 2 >= from && isLead(text, to - 2) ? 2 : 1;
      if (!isInSet(text.slice(to - width, to))) break;
      to -= width;
    }
  }
  // Each character of the set, and each one taken off, is looked at by itself.
  budget.spend(16 * (from + text.length - to));
  return text.slice(from, to);
}
