import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerOf } from './run-query';

// A line of these files is an expression, two dashes, and what a field of the result holds: text, `(empty)`, or
// `error Code`. `row` gives the record that it is selected over; lines that start with # are remarks.

const folder = join(__dirname, 'expressions');
for (const file of readdirSync(folder).sort()) {
  describe(file.replace(/\.txt$/, ''), () => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    const row = lines.find((line) => line.startsWith('row '))?.slice('row '.length) ?? 'Mars';
    const cases = lines
      .filter((line) => line !== '' && !/^(#|row )/.test(line))
      .map((line) => {
        const at = line.lastIndexOf(' -- ');
        return [line.slice(0, at).trimEnd(), line.slice(at + ' -- '.length)] as const;
      });
    test.each(cases)('%s is %s', async (expression, expected) => {
      const now = new Date('2026-11-25T12:00:00.250Z');
      for (const chunkBytes of [65_536, 1, 7]) {
        const answer = await answerOf(
          { expression: `SELECT ${expression} FROM S3Object`, now },
          `${row}\n`,
          chunkBytes,
        );
        const [code] = /^error \w+/.exec(answer) ?? [];
        expect(code ?? (answer.replace(/\n$/, '') || '(empty)')).toBe(expected);
      }
    });
  });
}
