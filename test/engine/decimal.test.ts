import fc from 'fast-check';
import type { Decimal } from '../../src/engine/decimal';
import * as decimal from '../../src/engine/decimal';

const of = (text: string): Decimal => {
  const value = decimal.parseDecimal(text);
  if (!value) throw new Error(`not a number: ${text}`);
  return value;
};

const operations = {
  '+': decimal.add,
  '-': decimal.subtract,
  '*': decimal.multiply,
  '/': decimal.divide,
  '%': decimal.remainder,
};

// As java.math.BigDecimal answers with new MathContext(38, RoundingMode.HALF_EVEN); toPlainString.
const known: readonly (readonly [string, keyof typeof operations, string, string])[] = [
  ['0.7', '+', '0.1', '0.8'],
  ['1.20', '+', '2', '3.20'],
  ['1.5', '*', '0.5', '0.75'],
  ['1.10', '*', '1.10', '1.2100'],
  ['1.00', '-', '1', '0.00'],
  ['9', '/', '2.0', '4.5'],
  ['8', '/', '2.0', '4'],
  ['12.00', '/', '2', '6.00'],
  ['1', '/', '32', '0.03125'],
  ['2', '/', '3.0', '0.66666666666666666666666666666666666667'],
  ['5', '/', '3', '1.6666666666666666666666666666666666667'],
  ['1', '/', '3', '0.33333333333333333333333333333333333333'],
  ['-1', '/', '3', '-0.33333333333333333333333333333333333333'],
  ['0', '/', '3.00', '0'],
  ['0.00', '/', '3', '0.00'],
  ['17', '%', '5.0', '2.0'],
  ['-17.5', '%', '5', '-2.5'],
  ['99999999999999999999999999999999999999', '+', '1', '100000000000000000000000000000000000000'],
  ['99999999999999999999999999999999999999', '+', '0.5', '100000000000000000000000000000000000000'],
  ['99999999999999999999999999999999999998', '+', '0.5', '99999999999999999999999999999999999998'],
  ['12345678901234567890', '*', '12345678901234567890', '152415787532388367501905199875019052100'],
];

test.each(known)('%s %s %s is %s', (left, operator, right, expected) => {
  expect(decimal.toText(operations[operator](of(left), of(right)))).toBe(expected);
});

test.each([
  ['0', { unscaled: 0n, scale: 0 }],
  ['2.50', { unscaled: 250n, scale: 2 }],
  ['.5', { unscaled: 5n, scale: 1 }],
  ['5.', { unscaled: 5n, scale: 0 }],
  ['-007', { unscaled: -7n, scale: 0 }],
  ['+1e3', { unscaled: 1n, scale: -3 }],
  ['1.5E-2', { unscaled: 15n, scale: 3 }],
])('reads %s with the scale as written', (text, expected) => {
  expect(decimal.parseDecimal(text)).toEqual(expected);
});

test.each(['', '.', '-', 'e5', '1e', '1e+', '1.2.3', ' 1', '1 ', '0x1', 'NaN', 'Infinity', '1_000', '1e99999'])(
  'does not read %p',
  (text) => {
    expect(decimal.parseDecimal(text)).toBeUndefined();
  },
);

test.each([
  ['1e3', '1000'],
  ['0e3', '0'],
  ['-0.0', '0.0'],
  ['1E-5', '0.00001'],
  ['-1.5e2', '-150'],
])('writes %s as %s', (text, expected) => {
  expect(decimal.toText(of(text))).toBe(expected);
});

test('rounds half to the even digit at 38 digits', () => {
  const digits = '1234567890123456789012345678901234567';
  expect(decimal.toText(of(`${digits}8.5`))).toBe(`${digits}8`);
  expect(decimal.toText(of(`${digits}7.5`))).toBe(`${digits}8`);
  expect(decimal.toText(of(`-${digits}7.5`))).toBe(`-${digits}8`);
  expect(decimal.toText(of(`${digits}8.50000001`))).toBe(`${digits}9`);
});

test('cuts toward zero', () => {
  expect(decimal.toInteger(of('-8.7'))).toBe(-8n);
  expect(decimal.toInteger(of('8.7'))).toBe(8n);
  expect(decimal.toInteger(of('1e3'))).toBe(1000n);
});

const small = fc
  .record({ unscaled: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), scale: fc.integer({ min: 0, max: 6 }) })
  .map((value): Decimal => value);

test('reads back what it writes', () => {
  fc.assert(fc.property(small, (value) => expect(of(decimal.toText(value))).toEqual(value)));
});

test('a quotient and a remainder make up the dividend', () => {
  fc.assert(
    fc.property(
      small,
      small.filter(({ unscaled }) => unscaled !== 0n),
      (dividend, divisor) => {
        const remainder = decimal.remainder(dividend, divisor);
        const quotient = decimal.divide(decimal.subtract(dividend, remainder), divisor);
        const whole = decimal.ofInteger(decimal.toInteger(quotient));
        expect(decimal.compare(quotient, whole)).toBe(0);
        expect(decimal.compare(decimal.add(decimal.multiply(whole, divisor), remainder), dividend)).toBe(0);
      },
    ),
  );
});
