import { pages } from '../documents/blocks';
import { fieldIn } from './case-files';
import { answerOf } from './run-query';

// Every line of a block of SQL: an expression, two dashes and what comes out.

const examples = pages().flatMap(({ path, blocks }) =>
  blocks
    .filter(({ kind }) => kind === 'sql')
    .flatMap(({ text }) => text.trimEnd().split('\n'))
    .map((line) => {
      const [, expression = '', expected = ''] = /^(.+) -- (.+)$/.exec(line) ?? [];
      return [path, line, expression, expected] as const;
    }),
);

test('docs/sql.md has examples', () => {
  expect(examples.filter(([path]) => path === 'docs/sql.md').length).toBeGreaterThan(30);
});

test.each(examples)('%s is right: %s', async (_path, _line, expression, expected) => {
  expect(expected).not.toBe('');
  const answer = await answerOf({ expression: `SELECT ${expression} FROM S3Object` }, 'a\n');
  expect(fieldIn(answer)).toBe(expected);
});
