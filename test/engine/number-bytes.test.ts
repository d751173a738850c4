import fc from 'fast-check';
import { answerOf } from './run-query';

// A cast of a column may read its bytes, a cast of a literal reads text: they must agree on every text.

const digits = fc.string({ unit: fc.constantFrom('0', '1', '5', '9'), maxLength: 18 });
const numberText = fc
  .tuple(
    fc.constantFrom('', '-', '+', ' '),
    digits,
    fc.constantFrom('', '.'),
    digits,
    fc.constantFrom('', 'e2', 'E-3', ' ', 'x'),
  )
  .map((parts) => parts.join(''));

test.each(['INT', 'FLOAT', 'DECIMAL', 'BOOL', 'STRING'])('a column casts to %s as its text does', async (type) => {
  await fc.assert(
    fc.asyncProperty(numberText, async (text) => {
      const [fromBytes, fromText] = await Promise.all(
        ['_1', `'${text}'`].map((operand) =>
          answerOf({ expression: `SELECT CAST(${operand} AS ${type}) FROM S3Object` }, `"${text}"\n`),
        ),
      );
      // Only a column can be pointed at.
      expect(fromBytes?.replace(', column 1', '')).toBe(fromText);
    }),
    { numRuns: 1000 },
  );
});
