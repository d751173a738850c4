import type { Decimal } from './decimal';
import * as decimal from './decimal';
import { maxRecordBytes } from './limits';
import { ValueError } from './sql-error';
import { isAbsent, isNumber, type NumberValue, shortened, toDecimal, typeOf, type Value } from './value';

// What is computed from values: arithmetic, the joining of text, and the sums of aggregates.

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

export const isZero = (value: NumberValue): boolean =>
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

const toFloat = (value: NumberValue): number =>
  typeof value === 'object' ? checkedFloat(Number(decimal.toText(value))) : Number(value);

function checkedFloat(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new ValueError('ExternalEvalException', 'The result is too large for a FLOAT.');
}

/** Throws ValueError ExternalEvalException, IntegerOverflow. */
export function negate(value: Value): Value {
  if (isAbsent(value)) return null;
  if (typeof value === 'bigint') return checkedInteger(-value);
  if (typeof value === 'number') return -value;
  if (isNumber(value)) return decimal.negate(value);
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
