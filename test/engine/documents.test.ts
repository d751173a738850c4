import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldIn } from './case-files';
import { answerOf } from './run-query';

// Every line of docs/sql.md that has an expression, dashes and what comes out.

const document = readFileSync(join(__dirname, '..', '..', 'docs', 'sql.md'), 'utf8');
const examples = [...document.matchAll(/^ {4}(.+) -- (.+)$/gm)].map(([, expression = '', expected = '']) => [
  expression,
  expected,
]);

test('docs/sql.md has examples', () => {
  expect(examples.length).toBeGreaterThan(30);
});

test.each(examples)('docs/sql.md is right: %s is %s', async (expression, expected) => {
  const answer = await answerOf({ expression: `SELECT ${expression} FROM S3Object` }, 'a\n');
  expect(fieldIn(answer)).toBe(expected);
});
