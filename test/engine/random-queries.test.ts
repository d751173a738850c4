import { isSqlErrorCode, SqlError } from '../../src/engine/index';
import { randomOf } from './differential/generator';
import { randomStatement } from './random-statement';
import { resultOf } from './run-query';

// Whatever is asked, the answer is rows, or an error with a code that is known and a place.

const data = 'a,b\nMars,2\n2031T,\n"x ""y""",-7.5\n1e400,3\n';

test('any query is answered by rows, or by an error with a place', async () => {
  const random = randomOf(20_261_125);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;

  let answered = 0;
  for (let i = 0; i < 3000; i++) {
    const asked = randomStatement(random);
    const format = pick(['csv', 'json', 'ndjson'] as const);
    try {
      await resultOf({ expression: asked, input: { header: 'USE' }, output: { format } }, data);
      answered++;
    } catch (error) {
      expect([asked, error]).toEqual([asked, expect.any(SqlError)]);
      const { code, place } = error as SqlError;
      expect([asked, isSqlErrorCode(code), place]).toEqual([asked, true, expect.anything()]);
    }
  }
  expect(answered).toBeGreaterThan(200);
});
