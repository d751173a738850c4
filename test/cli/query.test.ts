import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { run } from '../../src/cli/program';

jest.setTimeout(60_000);

const root = join(__dirname, '..', '..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datadock-query-'));
  await writeFile(join(folder, 'towns.csv'), 'town,inhabitants\nBergen,291940\nOslo,717710\n');
  await writeFile(join(folder, 'towns.csv.gz'), gzipSync('Bergen;291940\nOslo;717710\n'));
  await writeFile(join(folder, 'latin.csv'), Buffer.from('town\nTromsø\n', 'latin1'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `datadock query` in the folder of the files. */
function query(args: readonly string[], { stdin = '', stopAfterFirst = false } = {}): Promise<Ended> {
  const child = spawn(
    process.execPath,
    ['--import', require.resolve('tsx'), join(root, 'bin', 'datadock.ts'), 'query', ...args],
    { cwd: folder },
  );
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
    if (stopAfterFirst) child.stdout.destroy();
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...output })));
}

const all = 'SELECT * FROM S3Object';

test('prints the rows of a file, whose first record names the columns', async () => {
  const expression = 'SELECT s.town FROM S3Object s WHERE CAST(s.inhabitants AS INT) > 500000';
  expect(await query(['towns.csv', expression])).toEqual({ code: 0, stdout: 'Oslo\n', stderr: '' });
});

test('reads stdin, and writes other formats', async () => {
  const json = await query(['-', all, '--format', 'json'], { stdin: 'a\n"x\ny"\n' });
  expect(json).toEqual({ code: 0, stdout: '[{"a":"x\\ny"}]', stderr: '' });
});

test('takes every option of the input and the output', async () => {
  const options = ['--header', 'none', '--delimiter', ';', '--compression', 'gzip', '--record-delimiter', '\\n'];
  const output = ['--output-delimiter', '\\t', '--quote-fields', 'always', '--output-quote', "'", '--output-header'];
  const { code, stdout } = await query(['towns.csv.gz', all, ...options, ...output]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "'_1'\t'_2'\n'Bergen'\t'291940'\n'Oslo'\t'717710'\n",
  });
});

test('reads a file of another encoding', async () => {
  expect(await query(['latin.csv', all, '--encoding', 'windows-1252'])).toMatchObject({ code: 0, stdout: 'Tromsø\n' });
  const { code, stderr } = await query(['latin.csv', all]);
  expect({ code, ...JSON.parse(stderr) }).toMatchObject({ code: 'InvalidTextEncoding', record: 2, byte: 10 });
});

test.each([
  [['towns.csv', 'SELECT toen FROM S3Object'], 1, { code: 'MissingHeaders', line: 1, column: 8 }],
  [['towns.csv', 'SELECT CAST(town AS INT) FROM S3Object'], 1, { code: 'CastFailed', record: 2 }],
  [['none.csv', all], 1, { code: 'FileUnreadable' }],
  [['.', all], 1, { code: 'FileUnreadable' }],
  [['towns.csv', all, '--delimiter', ',,'], 1, { code: 'InvalidRequestParameter' }],
  [['towns.csv'], 2, { code: 'Usage' }],
  [['towns.csv', all, '--header', 'maybe'], 2, { code: 'Usage' }],
  [['towns.csv', all, '--no-such-option'], 2, { code: 'Usage' }],
])('%j ends with %d and one line of JSON on stderr', async (args, code, line) => {
  const told: string[] = [];
  const error = jest.spyOn(console, 'error').mockImplementation((text) => void told.push(text));
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  const inFolder = args.map((argument, index) => (index === 0 ? join(folder, argument) : argument));
  expect(await run(['node', 'datadock', 'query', ...inFolder])).toBe(code);
  expect(JSON.parse(told.join(''))).toMatchObject(line);
  error.mockRestore();
  write.mockRestore();
});

test('a reader that has read enough, such as head, is no error', async () => {
  await writeFile(join(folder, 'long.csv'), `n\n${'1234567890\n'.repeat(300_000)}`);
  const ended = await query(['long.csv', all], { stopAfterFirst: true });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
});
