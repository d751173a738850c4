import type { Decimal } from './decimal';
import * as decimal from './decimal';
import { ValueError } from './sql-error';
import { compareInstants, Timestamp, timestampText } from './timestamp';

// What values are and how they compare: NULL, MISSING and comparison live here and nowhere else. What is computed from
// them is in `arithmetic.ts`, how one type becomes another in `cast.ts`.

/**
 * A value by its JavaScript type: INT is bigint, FLOAT number, DECIMAL and TIMESTAMP objects, STRING string, BOOL boolean,
 * NULL null and MISSING undefined.
 */
export type Value = bigint | number | Decimal | Timestamp | string | boolean | null | undefined;

export type Present = NonNullable<Value>;

export type TypeName = 'BOOL' | 'INT' | 'FLOAT' | 'DECIMAL' | 'STRING' | 'TIMESTAMP';

export type NumberValue = bigint | number | Decimal;

export const isAbsent = (value: Value): value is null | undefined => value === null || value === undefined;

export const isNumber = (value: Value): value is NumberValue =>
  typeof value === 'bigint' ||
  typeof value === 'number' ||
  (typeof value === 'object' && value !== null && !(value instanceof Timestamp));

export function typeOf(value: Value): TypeName | 'NULL' | 'MISSING' {
  switch (typeof value) {
    case 'bigint':
      return 'INT';
    case 'number':
      return 'FLOAT';
    case 'string':
      return 'STRING';
    case 'boolean':
      return 'BOOL';
    case 'undefined':
      return 'MISSING';
    default:
      if (value === null) return 'NULL';
      return value instanceof Timestamp ? 'TIMESTAMP' : 'DECIMAL';
  }
}

// ---- text

/** As a CSV field shows it; NULL and MISSING are empty. */
export function textOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
      return integerText(value);
    case 'boolean':
      return value.toString();
    case 'number':
      return floatText(value);
    default:
      if (isAbsent(value)) return '';
      return value instanceof Timestamp ? timestampText(value) : decimal.toText(value);
  }
}

/** V8 keeps the texts of small numbers, and none of bigints. */
function integerText(value: bigint): string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? String(number) : value.toString();
}

/** The shortest digits that read back to the same double, laid out as Java's Double.toString does. */
export function floatText(value: number): string {
  const magnitude = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (magnitude === 0) return `${sign}0.0`;
  const [mantissa = '', exponentText = '0'] = magnitude.toExponential().split('e');
  const exponent = Number(exponentText);
  const digits = mantissa.replace('.', '');
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
    const padded = digits.padEnd(exponent + 2, '0');
    return `${sign}${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1)}`;
  }
  return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`;
}

/** The exact base-10 number that the shortest text of a double stands for. */
const decimalOfFloat = (value: number): Decimal => decimal.parseDecimal(value.toExponential()) as Decimal;

export const toDecimal = (value: NumberValue): Decimal => {
  if (typeof value === 'bigint') return decimal.ofInteger(value);
  return typeof value === 'number' ? decimalOfFloat(value) : value;
};

// ---- comparison

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** NULL where an operand is NULL or MISSING. Throws ValueError ExternalEvalException for the order of unlike types. */
export function compare(operator: Comparison, left: Value, right: Value): boolean | null {
  if (isAbsent(left) || isAbsent(right)) return null;
  const order = orderOf(left, right);
  if (order === undefined) {
    if (operator === '=') return false;
    if (operator === '<>') return true;
    throw new ValueError('ExternalEvalException', unlikeTypes(operator, left, right));
  }
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Undefined for unlike types, which have no order. */
function orderOf(left: Present, right: Present): number | undefined {
  if (typeof left === 'string') return typeof right === 'string' ? compareCodePoints(left, right) : undefined;
  if (typeof left === 'boolean') return typeof right === 'boolean' ? Number(left) - Number(right) : undefined;
  if (left instanceof Timestamp) return right instanceof Timestamp ? compareInstants(left, right) : undefined;
  if (!isNumber(right)) return undefined;
  if (typeof left !== 'object' && typeof left === typeof right) {
    const same = right as bigint | number;
    return left < same ? -1 : left > same ? 1 : 0;
  }
  return decimal.compare(toDecimal(left), toDecimal(right));
}

function unlikeTypes(operator: string, left: Value, right: Value): string {
  const types = `${typeOf(left)} ${operator} ${typeOf(right)}`;
  const hint = [left, right].some((value) => typeof value === 'string') && [left, right].some(isNumber);
  return `Values of unlike types cannot be ordered: ${types}.${hint ? ' Fields of a CSV file are text: write CAST(column AS DECIMAL).' : ''}`;
}

/** The order of code points, which is the byte order of UTF-8; that of JavaScript's units differs for surrogates. */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a === b) continue;
    // A surrogate stands for a code point above all that one unit can hold.
    if (isSurrogate(a) !== isSurrogate(b)) return isSurrogate(a) ? 1 : -1;
    return a - b;
  }
  return left.length - right.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xe000;

// ---- logic

/** The value of a condition. Throws ValueError ExternalEvalException for what is neither BOOL nor NULL. */
export function toCondition(value: Value): boolean | null {
  if (typeof value === 'boolean') return value;
  if (isAbsent(value)) return null;
  throw new ValueError('ExternalEvalException', `A condition must be true or false, but is ${typeOf(value)}.`);
}

// ---- in messages

/** A value in the words of a message, shortened. */
export const shown = (text: string): string => JSON.stringify(shortened(text));
export const shortened = (text: string): string =>
  text.length > 40 ? `${[...text.slice(0, 80)].slice(0, 40).join('')}...` : text;
