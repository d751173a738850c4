import type { Decimal } from './decimal';
import * as decimal from './decimal';
import { maxRecordBytes } from './limits';
import type { NumberBytes } from './number-bytes';
import { ValueError } from './sql-error';

// What values are and how they mix: NULL, MISSING, comparison, arithmetic and CAST live here and nowhere else.

/**
 * A value by its JavaScript type: INT is bigint, FLOAT number, DECIMAL an object, STRING string, BOOL boolean,
 * NULL null and MISSING undefined.
 */
export type Value = bigint | number | Decimal | string | boolean | null | undefined;

export type TypeName = 'BOOL' | 'INT' | 'FLOAT' | 'DECIMAL' | 'STRING';

type NumberValue = bigint | number | Decimal;

export const isAbsent = (value: Value): value is null | undefined => value === null || value === undefined;

export const isNumber = (value: Value): value is NumberValue =>
  typeof value === 'bigint' || typeof value === 'number' || (typeof value === 'object' && value !== null);

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
      return value === null ? 'NULL' : 'DECIMAL';
  }
}

// ---- text

/** As a CSV field shows it; NULL and MISSING are empty. */
export function textOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
    case 'boolean':
      return value.toString();
    case 'number':
      return floatText(value);
    default:
      return isAbsent(value) ? '' : decimal.toText(value);
  }
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

const toDecimal = (value: NumberValue): Decimal => {
  if (typeof value === 'bigint') return decimal.ofInteger(value);
  return typeof value === 'number' ? decimalOfFloat(value) : value;
};

const toFloat = (value: NumberValue): number =>
  typeof value === 'object' ? checkedFloat(Number(decimal.toText(value))) : Number(value);

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

function orderOf(left: NonNullable<Value>, right: NonNullable<Value>): number | undefined {
  if (typeof left === 'string') return typeof right === 'string' ? compareCodePoints(left, right) : undefined;
  if (typeof left === 'boolean') return typeof right === 'boolean' ? Number(left) - Number(right) : undefined;
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

// ---- arithmetic

export type Arithmetic = '+' | '-' | '*' | '/' | '%';

/** NULL where an operand is. Throws ValueError ExternalEvalException, IntegerOverflow. */
export function calculate(operator: Arithmetic, left: Value, right: Value): Value {
  if (isAbsent(left) || isAbsent(right)) return null;
  if (!isNumber(left) || !isNumber(right)) {
    throw new ValueError('ExternalEvalException', notNumbers(`${typeOf(left)} ${operator} ${typeOf(right)}`));
  }
  if ((operator === '/' || operator === '%') && isZero(right)) {
    throw new ValueError('ExternalEvalException', 'Division by zero.');
  }
  if (typeof left === 'bigint' && typeof right === 'bigint') return checkedInteger(integers[operator](left, right));
  if (typeof left === 'number' || typeof right === 'number') {
    return checkedFloat(floats[operator](toFloat(left), toFloat(right)));
  }
  return decimals[operator](toDecimal(left), toDecimal(right));
}

type Operation<T> = Readonly<Record<Arithmetic, (a: T, b: T) => T>>;

const integers: Operation<bigint> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

const floats: Operation<number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

const decimals: Operation<Decimal> = {
  '+': decimal.add,
  '-': decimal.subtract,
  '*': decimal.multiply,
  '/': decimal.divide,
  '%': decimal.remainder,
};

const notNumbers = (what: string): string =>
  `Arithmetic takes numbers, but this is ${what}. Fields of a CSV file are text: write CAST(column AS DECIMAL).`;

const isZero = (value: NumberValue): boolean =>
  typeof value === 'object' ? value.unscaled === 0n : Number(value) === 0;

const leastInteger = -(2n ** 63n);
const greatestInteger = 2n ** 63n - 1n;

export const isInteger64 = (value: bigint): boolean => value >= leastInteger && value <= greatestInteger;

/** Throws ValueError IntegerOverflow outside 64 bits. */
export function checkedInteger(value: bigint): bigint {
  if (isInteger64(value)) return value;
  throw new ValueError(
    'IntegerOverflow',
    `${shortened(value.toString())} is outside the 64 bits of an INT; use DECIMAL.`,
  );
}

function checkedFloat(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new ValueError('ExternalEvalException', 'The result is too large for a FLOAT.');
}

/** Throws ValueError ExternalEvalException, IntegerOverflow. */
export function negate(value: Value): Value {
  if (isAbsent(value)) return null;
  if (typeof value === 'bigint') return checkedInteger(-value);
  if (typeof value === 'number') return -value;
  if (typeof value === 'object') return decimal.negate(value);
  throw new ValueError('ExternalEvalException', notNumbers(`- ${typeOf(value)}`));
}

/** Unary plus: the number itself. Throws ValueError ExternalEvalException. */
export function affirm(value: Value): Value {
  if (isAbsent(value)) return null;
  if (isNumber(value)) return value;
  throw new ValueError('ExternalEvalException', notNumbers(`+ ${typeOf(value)}`));
}

/** Throws ValueError ExternalEvalException, and ColumnTooLong beyond what a column of the result can hold. */
export function concatenate(left: Value, right: Value): Value {
  if (isAbsent(left) || isAbsent(right)) return null;
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length + right.length <= maxRecordBytes) return left + right;
    throw new ValueError('ColumnTooLong', `|| makes a text longer than ${maxRecordBytes} characters.`);
  }
  const types = `${typeOf(left)} || ${typeOf(right)}`;
  throw new ValueError('ExternalEvalException', `|| joins text, but this is ${types}; write CAST(... AS STRING).`);
}

export const zero: Decimal = decimal.ofInteger(0n);

/** A sum that is rounded when it is complete and not before, so that no value is lost beside a larger one. */
export const addExactly = (sum: Decimal, value: bigint | Decimal): Decimal => decimal.addExactly(sum, toDecimal(value));

export const roundedSum = ({ unscaled, scale }: Decimal): Decimal => decimal.rounded(unscaled, scale);

/** The exact sum divided by the count, to 38 digits. The count is not zero. */
export const average = (sum: Decimal, count: number): Decimal => decimal.divide(sum, decimal.ofInteger(BigInt(count)));

// ---- CAST

/** NULL where the value is. Throws ValueError CastFailed, IntegerOverflow. */
export function cast(value: Value, type: TypeName): Value {
  if (isAbsent(value)) return null;
  return casts[type](value);
}

/** CAST of a number that was read from bytes; undefined where that number does not tell what its text casts to. */
export function castNumberBytes({ digits, scale, hasPoint }: NumberBytes, type: TypeName): Value {
  switch (type) {
    case 'INT':
      return hasPoint ? undefined : BigInt(digits);
    case 'FLOAT':
      // Both are exact, so the quotient is the double nearest to the text.
      return digits / 10 ** scale;
    case 'DECIMAL':
      return { unscaled: BigInt(digits), scale };
    default:
      return undefined;
  }
}

const casts: Readonly<Record<TypeName, (value: NonNullable<Value>) => Value>> = {
  STRING: textOf,

  BOOL(value) {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') return !isZero(value);
    const text = trimmed(value).toLowerCase();
    if (text === 'true' || text === 'false') return text === 'true';
    throw castFailed(value, 'BOOL', 'true or false');
  },

  INT(value) {
    switch (typeof value) {
      case 'bigint':
        return value;
      case 'boolean':
        return value ? 1n : 0n;
      case 'number':
        return checkedInteger(BigInt(Math.trunc(value)));
      case 'object':
        return checkedInteger(decimal.toInteger(value));
      default:
        return integerOf(value);
    }
  },

  FLOAT(value) {
    if (typeof value === 'boolean') return Number(value);
    if (typeof value === 'number') return value;
    const text = trimmed(textOf(value));
    const number = isDecimalText(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(number)) return number;
    throw castFailed(value, 'FLOAT', 'a number such as 12.5 or 1e3');
  },

  DECIMAL(value) {
    if (typeof value === 'boolean') return decimal.ofInteger(value ? 1n : 0n);
    if (typeof value !== 'string') return toDecimal(value);
    const number = decimal.parseDecimal(trimmed(value));
    if (number) return number;
    throw castFailed(value, 'DECIMAL', 'a number such as 12.50 or 1e3');
  },
};

function integerOf(text: string): bigint {
  const digits = trimmed(text);
  const first = digits[0] === '-' || digits[0] === '+' ? 1 : 0;
  let isInteger = digits.length > first;
  for (let i = first; i < digits.length && isInteger; i++) isInteger = decimal.isDigit(digits.charCodeAt(i));
  if (!isInteger) throw castFailed(text, 'INT', 'digits with an optional sign');
  // Leading zeros aside, more digits than this are outside 64 bits; BigInt's time grows with the square of the length.
  const magnitude = digits.slice(first).replace(/^0+(?=.)/, '');
  if (magnitude.length > 19)
    throw new ValueError('IntegerOverflow', `${shown(text)} is outside the 64 bits of an INT.`);
  return checkedInteger(BigInt((digits[0] === '-' ? '-' : '') + magnitude));
}

/** The shape of a number: JavaScript's Number reads more, such as 0x1F, Infinity and the empty text. */
function isDecimalText(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (!'0123456789+-.eE'.includes(text[i] as string)) return false;
  }
  return text !== '';
}

/** Numbers and booleans may have blanks around them. */
const trimmed = (text: string): string => text.trim();

function castFailed(value: Value, type: TypeName, right: string): ValueError {
  return new ValueError('CastFailed', `${shown(textOf(value))} cannot be cast to ${type}, which takes ${right}.`);
}

/** A value in the words of a message, shortened. */
const shown = (text: string): string => JSON.stringify(shortened(text));
const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}...` : text);
