import fc from 'fast-check';
import { compareCodePoints, floatText } from '../../src/engine/value';

// As Java's Double.toString, save that the shortest digits may be one digit: Java writes the smallest as 4.9E-324.
test.each([
  [0, '0.0'],
  [-0, '-0.0'],
  [3, '3.0'],
  [-0.5, '-0.5'],
  [0.1, '0.1'],
  [0.1 + 0.2, '0.30000000000000004'],
  [100, '100.0'],
  [123.456, '123.456'],
  [0.001, '0.001'],
  [0.0009999, '9.999E-4'],
  [0.00001, '1.0E-5'],
  [1_234_567, '1234567.0'],
  [9_999_999, '9999999.0'],
  [9_999_999.5, '9999999.5'],
  [10_000_000, '1.0E7'],
  [12_345_678.9, '1.23456789E7'],
  [1e21, '1.0E21'],
  [2 ** 53, '9.007199254740992E15'],
  [Number.MAX_VALUE, '1.7976931348623157E308'],
  [Number.MIN_VALUE, '5.0E-324'],
])('writes the FLOAT %d as %s', (value, expected) => {
  expect(floatText(value)).toBe(expected);
});

test('the text of a FLOAT reads back to the same FLOAT', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(floatText(value))).toBe(value);
    }),
  );
});

test('text has the order of its UTF-8 bytes', () => {
  const text = fc.string({ unit: 'binary' }).filter((string) => string.isWellFormed());
  fc.assert(
    fc.property(text, text, (left, right) => {
      const order = Buffer.compare(Buffer.from(left), Buffer.from(right));
      expect(Math.sign(compareCodePoints(left, right))).toBe(order);
    }),
  );
});
