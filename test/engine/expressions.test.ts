import { expressionFiles, fieldIn, now } from './case-files';
import { answerOf } from './run-query';

describe.each(expressionFiles())('$name', ({ cases }) => {
  test.each(cases)('$expression is $expected', async ({ expression, data, expected }) => {
    for (const chunkBytes of [65_536, 1, 7]) {
      const answer = await answerOf({ expression: `SELECT ${expression} FROM S3Object`, now }, data, chunkBytes);
      expect(fieldIn(answer)).toBe(expected);
    }
  });
});
