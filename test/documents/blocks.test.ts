import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf, pages, root } from './blocks';
import { compare } from './shown-answer';

test.each(pages().map((page) => [page.path, page] as const))(
  '%s: every block is run, shown as an answer, or marked as not run',
  (path, { blocks }) => {
    expect(blocks.filter(({ kind }) => kind === 'wrong').map(({ line }) => `${path}:${line}`)).toEqual([]);
    const hidden = blocks.filter(
      ({ kind, text }) => kind === 'picture' && /^\s*(\$ |\.\/|(npx|npm|node|curl|git|cd|aws|export) )/m.test(text),
    );
    expect(hidden.map(({ line }) => `${path}:${line}`)).toEqual([]);
  },
);

test.each(pages().map((page) => [page.path, page] as const))(
  '%s: a block that is not run names a test that exists, if it names one',
  (_, { blocks }) => {
    for (const { kind, text } of blocks) {
      const [, named] = /^# .*?(test\/\S+\.test\.ts)/.exec(kind === 'not-run' ? text : '') ?? [];
      if (named) expect([named, existsSync(join(root, named))]).toEqual([named, true]);
    }
  },
);

const kinds = (...lines: string[]) => blocksOf(lines.join('\n')).map(({ kind }) => kind);

test('a block is what the language of its fence says, and an answer only after commands', () => {
  expect(kinds('```sh', 'ls', '```', 'prints', '```text', 'a', '```')).toEqual(['commands', 'answer']);
  expect(kinds('```text', 'a', '```')).toEqual(['wrong']);
  expect(kinds('```python', 'a', '```')).toEqual(['wrong']);
  expect(kinds('```', '-->', '```')).toEqual(['picture']);
  expect(kinds('```python', '# Not run by the tests: needs a snake.', 'a', '```')).toEqual(['not-run']);
  const page = ['# Snakes', '', '*Not run by the tests: needs a snake.*', '', 'They bite.', '', '## One'];
  expect(kinds(...page, '', '```python', '```', '', '    ls')).toEqual(['not-run', 'not-run']);
  const above = [
    '# Snakes',
    '',
    'Not run by the tests: needs a snake.',
    '',
    '```sh',
    'hiss',
    '```',
    '',
    '```sh',
    'ls',
    '```',
  ];
  expect(kinds(...above)).toEqual(['not-run', 'commands']);
});

test('code that is indented is a mistake, and a list that is indented is none', () => {
  expect(kinds('Run', '', '    ls', '', '    ls -l', '', 'and')).toEqual(['wrong']);
  expect(kinds('- a', '', '    more of a')).toEqual([]);
});

test.each([
  ['text', 'a\nb\n', 'a\nb\n', true],
  ['text', 'a\nb\n', 'a\nc\n', false],
  ['text', 'a\n...\nd\n', 'a\nb\nc\nd\n', true],
  ['text', '...\nd\n', 'a\nd\n', true],
  ['text', 'a\n...\n', 'a\n', true],
  ['text', 'a ... d', 'a b\nc d', false],
  ['json', '{"a": 1,\n "b": "..."}', '{"a":1,"b":"x y"}', true],
  ['json', '{"a": 1}', '{"a":2}', false],
  ['text', '0d3d52e5-6b0e-4ac3-8f6a-6f1f4b7b1f55', '45a02789-3b57-4f03-85e3-33d5c1e7d8e4', true],
  ['text', '0d3d52e5-6b0e-4ac3-8f6a-6f1f4b7b1f55', 'x', false],
  ['text', '2026-11-20T12:00:00Z', new Date().toISOString(), true],
  ['text', '2026-11-20T12:00:00Z', '2024-06-12T12:00:00Z', false],
  ['text', '2024-06-12T12:00:00Z', '2024-06-12T12:00:00Z', true],
  ['text', 'a.c', 'abc', false],
])('%s %j shown for %j: %s', (language, shown, printed, matches) => {
  expect(compare(language, shown, printed).matches).toBe(matches);
});
