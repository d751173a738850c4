import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../../lib/bundle';

const folder = mkdtempSync(join(tmpdir(), 'datadock-bundle-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The bundles of some functions, as text. */
function bundlesOf(keys: readonly string[]): readonly string[] {
  bundleFunctions(keys, folder);
  return keys.map((key) => readFileSync(join(folder, key, 'index.js'), 'utf8'));
}

it('makes the same bundles each time: what has not changed is not deployed again', () => {
  const keys = ['health', 'files/query', 'docs'];
  expect(bundlesOf(keys)).toEqual(bundlesOf(keys));
});

it('leaves to error classes the names that stand in the log', () => {
  const [query] = bundlesOf(['files/query', 'auth/login']);
  for (const name of ['AppError', 'SqlError', 'ValueError']) expect(query).toContain(`"${name}")`);
});

it('gives a function what it uses, and nothing that only others do', () => {
  const [health = '', query = ''] = bundlesOf(['health', 'files/query']);
  expect(query).toContain('"GetObjectCommand"');
  expect(health).not.toContain('"GetObjectCommand"');
});
