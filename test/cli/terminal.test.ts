import { PassThrough, Readable } from 'node:stream';
import { createProgress } from '../../src/cli/progress';
import { ask, readLine } from '../../src/cli/prompt';

/** A terminal at which somebody types; `shown` is all that it shows. */
function aTerminal() {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk;
  });
  return { input, output, shown: () => shown };
}

test('a password is not shown while it is typed, and is taken as it is', async () => {
  const terminal = aTerminal();
  const answer = ask('Password', { silent: true }, terminal);
  terminal.input.write(' geheim \r');
  expect(await answer).toBe(' geheim ');
  expect(terminal.shown()).toBe('Password: \n');
});

test('any other answer is shown, and loses the blanks around it; one question follows another', async () => {
  const terminal = aTerminal();
  const email = ask('Email', {}, terminal);
  terminal.input.write(' ann@example.com \r');
  expect(await email).toBe('ann@example.com');
  const password = ask('Password', { silent: true }, terminal);
  terminal.input.write('geheim\r');
  expect(await password).toBe('geheim');
  expect(terminal.shown()).toContain('ann@example.com');
  expect(terminal.shown()).not.toContain('geheim');
});

test.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('%s at a question ends the command with 130', async (_name, key) => {
  for (const silent of [true, false]) {
    const terminal = aTerminal();
    const answer = ask('Password', { silent }, terminal);
    terminal.input.write(key);
    await expect(answer).rejects.toMatchObject({ code: 130 });
  }
});

test('a password on stdin loses the line end that echo adds, and nothing else', async () => {
  const read = (...chunks: string[]) => readLine(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));
  expect(await read('gehe', 'im\n')).toBe('geheim');
  expect(await read(' geheim \r\n')).toBe(' geheim ');
  expect(await read('')).toBe('');
});

test('lines stay readable above the progress bar, and nothing of the bar is left', () => {
  const { output, shown } = aTerminal();
  const progress = createProgress(output);
  progress.say('before');
  progress.step('reading events', 50, 100);
  progress.say('within');
  progress.step('asking', 1, 2);
  progress.end();
  const ended = shown();
  progress.end();
  progress.say('after');
  expect(shown().startsWith('before\n')).toBe(true);
  expect(shown()).toContain('within\n');
  expect(shown().slice(ended.length)).toBe('after\n');
});

test('where there is no terminal there is no bar', () => {
  const output = new PassThrough();
  const progress = createProgress(output);
  progress.step('reading events', 50, 100);
  progress.say('line');
  progress.end();
  expect(String(output.read())).toBe('line\n');
});
