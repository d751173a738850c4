import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/program';

const folder = mkdtempSync(join(tmpdir(), 'datadock-cli-'));
const outputs = join(folder, 'outputs.json');
const environment = { ...process.env };
beforeAll(() => {
  writeFileSync(outputs, JSON.stringify({ Datadock: { UserPoolId: 'us-east-1_abcdefghi' } }));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  process.env = environment;
});

test.each([
  [[], 2, 'Usage', 'give a kind and a file, or --rebuild alone'],
  [['interactions'], 2, 'Usage', 'give a kind and a file, or --rebuild alone'],
  [['--rebuild', 'interactions'], 2, 'Usage', 'give a kind and a file, or --rebuild alone'],
  [['weather', 'x.csv'], 2, 'Usage', 'customers, interactions, products'],
  [['customers', join(folder, 'no-such.csv')], 1, 'ImportUnreadable', 'there is no such file'],
  [['customers', folder], 1, 'ImportUnreadable', 'it is no file'],
])('import %p is refused with exit code %d', async (args, exitCode, code, details) => {
  const written: string[] = [];
  const keep = (text: unknown) => {
    written.push(String(text));
    return true;
  };
  const spies = [
    jest.spyOn(console, 'error').mockImplementation(keep),
    jest.spyOn(process.stderr, 'write').mockImplementation(keep),
  ];
  expect(await run(['node', 'datadock', 'import', ...args, '--outputs', outputs])).toBe(exitCode);
  for (const spy of spies) spy.mockRestore();
  expect(JSON.parse(written.join(''))).toEqual({ code, details: expect.stringContaining(details) });
});
