import { checkedInteger, isZero } from './arithmetic';
import * as decimal from './decimal';
import type { NumberBytes } from './number-bytes';
import { ValueError } from './sql-error';
import { parseTimestamp, Timestamp } from './timestamp';
import { isAbsent, type Present, shown, type TypeName, textOf, toDecimal, typeOf, type Value } from './value';

// How a value of one type becomes one of another: CAST, and nothing without it.

/** NULL where the value is. Throws ValueError CastFailed, InvalidCast, IntegerOverflow. */
export function cast(value: Value, type: TypeName): Value {
  if (isAbsent(value)) return null;
  if (value instanceof Timestamp) return castTimestamp(value, type);
  return casts[type](value);
}

function castTimestamp(value: Timestamp, type: TypeName): Value {
  if (type === 'TIMESTAMP') return value;
  if (type === 'STRING') return textOf(value);
  throw new ValueError(
    'InvalidCast',
    `A TIMESTAMP cannot become ${type}; take a part of it with EXTRACT(YEAR FROM ...).`,
  );
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

const casts: Readonly<Record<TypeName, (value: Exclude<Present, Timestamp>) => Value>> = {
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

  TIMESTAMP(value) {
    if (typeof value !== 'string') {
      throw new ValueError('InvalidCast', `${typeOf(value)} cannot become a TIMESTAMP; only STRING can.`);
    }
    const timestamp = parseTimestamp(value);
    if (timestamp) return timestamp;
    throw castFailed(value, 'TIMESTAMP', timestampForms);
  },
};

/** What text of a timestamp looks like, for messages. */
export const timestampForms = '2031T, 2031-05T, 2031-05-06, 2031-05-06T07:08Z or 2031-05-06T07:08:09.12+05:30';

function integerOf(text: string): bigint {
  const digits = trimmed(text);
  const first = digits[0] === '-' || digits[0] === '+' ? 1 : 0;
  let isInteger = digits.length > first;
  for (let i = first; i < digits.length && isInteger; i++) isInteger = decimal.isDigit(digits.charCodeAt(i));
  if (!isInteger) throw castFailed(text, 'INT', 'digits with an optional sign');
  // Leading zeros aside, more digits than this are outside 64 bits; BigInt's time grows with the square of the length.
  let start = first;
  while (digits[start] === '0' && start < digits.length - 1) start++;
  const magnitude = digits.slice(start);
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
  const hint = value === '' ? ` An empty field is no NULL: write CAST(NULLIF(column, '') AS ${type}).` : '';
  return new ValueError(
    'CastFailed',
    `${shown(textOf(value))} cannot be cast to ${type}, which takes ${right}.${hint}`,
  );
}
