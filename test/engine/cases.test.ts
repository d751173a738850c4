import { caseFiles } from './case-files';
import { answerOf } from './run-query';

describe.each(caseFiles())('$name', ({ cases }) => {
  test.each(cases)('$name', async ({ expression, input, output, data, expected }) => {
    for (const chunkBytes of [65_536, 1, 2, 3, 7]) {
      expect(await answerOf({ expression, input, output }, data, chunkBytes)).toBe(expected);
    }
  });
});
