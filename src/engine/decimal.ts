import { ValueError } from './sql-error';

/**
 * Exact numbers in base 10: `unscaled` x 10^-`scale`, rounded half-even to 38 significant digits after each operation.
 * The rules are those of java.math.BigDecimal with a MathContext of 38, which the first PartiQL implementation used.
 */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

export const maxDigits = 38;

/** Of the leading digit, as in IEEE 754 decimal128: without a bound, `1e999999999` would have to be written out. */
export const maxExponent = 6144;

/** Of the scale, either way: it bounds the time and space that any one operation can take. */
const maxScale = maxExponent + maxDigits;

/** Those of everyday numbers; the others are rare and large. */
const powers: readonly bigint[] = Array.from({ length: 2 * maxDigits + 4 }, (_, exponent) => 10n ** BigInt(exponent));

const power10 = (exponent: number): bigint => powers[exponent] ?? 10n ** BigInt(exponent);

const digitsIn = (value: bigint): number => (value < 0n ? -value : value).toString().length;

/** Rounds half-even to 38 significant digits. Throws ValueError ExternalEvalException for what is out of range. */
export function rounded(unscaled: bigint, scale: number): Decimal {
  const surplus = digitsIn(unscaled) - maxDigits;
  if (surplus <= 0) {
    if (Math.abs(scale) <= maxScale) return { unscaled, scale };
    throw new ValueError('ExternalEvalException', `The result is outside the range of a DECIMAL, 1E±${maxExponent}.`);
  }
  const divisor = power10(surplus);
  const quotient = unscaled / divisor;
  const twice = 2n * (unscaled - quotient * divisor);
  const remainder = twice < 0n ? -twice : twice;
  const isUp = remainder > divisor || (remainder === divisor && quotient % 2n !== 0n);
  // 99...9 rounds up to one digit more.
  return rounded(isUp ? quotient + (unscaled < 0n ? -1n : 1n) : quotient, scale - surplus);
}

export const ofInteger = (value: bigint): Decimal => ({ unscaled: value, scale: 0 });

/** The number in `[+-]digits[.digits][e[+-]digits]`; undefined for other text and for exponents beyond 6144. */
export function parseDecimal(text: string): Decimal | undefined {
  let at = 0;
  const digitsFrom = () => {
    const start = at;
    while (at < text.length && isDigit(text.charCodeAt(at))) at++;
    return text.slice(start, at);
  };
  const isNegative = text[at] === '-';
  if (isNegative || text[at] === '+') at++;
  const whole = digitsFrom();
  let fraction = '';
  if (text[at] === '.') {
    at++;
    fraction = digitsFrom();
  }
  if (whole === '' && fraction === '') return undefined;
  let exponent = 0;
  if (text[at] === 'e' || text[at] === 'E') {
    at++;
    const sign = text[at] === '-' ? -1 : 1;
    if (text[at] === '-' || text[at] === '+') at++;
    const digits = digitsFrom();
    if (digits === '') return undefined;
    exponent = sign * Number(digits);
  }
  if (at !== text.length || Math.abs(exponent) + whole.length + fraction.length > maxExponent + maxDigits)
    return undefined;
  const magnitude = BigInt(whole + fraction);
  return rounded(isNegative ? -magnitude : magnitude, fraction.length - exponent);
}

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;

export function toText({ unscaled, scale }: Decimal): string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  if (scale <= 0) return sign + (digits === '0' ? '0' : digits + '0'.repeat(-scale));
  const padded = digits.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** Toward zero. */
export const toInteger = ({ unscaled, scale }: Decimal): bigint =>
  scale > 0 ? unscaled / power10(scale) : unscaled * power10(-scale);

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [a.unscaled * power10(scale - a.scale), b.unscaled * power10(scale - b.scale), scale];
}

export function compare(a: Decimal, b: Decimal): number {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function add(a: Decimal, b: Decimal): Decimal {
  const { unscaled, scale } = addExactly(a, b);
  return rounded(unscaled, scale);
}

/** Not rounded, for sums of many: it has as many digits as lie between the largest number and the finest scale. */
export function addExactly(a: Decimal, b: Decimal): Decimal {
  const [left, right, scale] = aligned(a, b);
  return { unscaled: left + right, scale };
}

export const negate = ({ unscaled, scale }: Decimal): Decimal => ({ unscaled: -unscaled, scale });

export const subtract = (a: Decimal, b: Decimal): Decimal => add(a, negate(b));

export const multiply = (a: Decimal, b: Decimal): Decimal => rounded(a.unscaled * b.unscaled, a.scale + b.scale);

/** With the sign of the dividend. The divisor is not zero. */
export function remainder(a: Decimal, b: Decimal): Decimal {
  const [left, right, scale] = aligned(a, b);
  return rounded(left % right, scale);
}

/**
 * An exact quotient has the smallest scale that holds it, but not below the difference of the scales; one that does not
 * end has 38 significant digits. The divisor is not zero.
 */
export function divide(a: Decimal, b: Decimal): Decimal {
  const preferredScale = a.scale - b.scale;
  if (a.unscaled === 0n) return rounded(0n, preferredScale);
  const shift = Math.max(0, maxDigits + 2 + digitsIn(b.unscaled) - digitsIn(a.unscaled));
  const dividend = a.unscaled * power10(shift);
  const quotient = dividend / b.unscaled;
  if (quotient * b.unscaled !== dividend) {
    // One more digit that is not zero tells the rounding that something follows.
    const sign = dividend < 0n === b.unscaled < 0n ? 1n : -1n;
    return rounded(quotient * 10n + sign, preferredScale + shift + 1);
  }
  return stripped(rounded(quotient, preferredScale + shift), preferredScale);
}

function stripped(value: Decimal, leastScale: number): Decimal {
  let { unscaled, scale } = value;
  while (scale > leastScale && unscaled % 10n === 0n) {
    unscaled /= 10n;
    scale--;
  }
  return { unscaled, scale };
}
