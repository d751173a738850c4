import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../../lib/bundle';
import { fallbackKey, routes } from '../../src/api/routes';
import { workers } from '../../src/workers';

const keys = [...[...routes, ...workers].map(({ key }) => key), fallbackKey];

/** The bundles of all functions, as text, by key. */
function bundles(): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'datadock-bundle-test-'));
  try {
    bundleFunctions(keys, folder);
    return new Map(keys.map((key) => [key, readFileSync(join(folder, key, 'index.js'), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const made = bundles();

it('makes the same bundles each time: what has not changed is not deployed again', () => {
  const again = bundles();
  expect(keys.filter((key) => again.get(key) !== made.get(key))).toEqual([]);
});

it('leaves to error classes the names that stand in the log', () => {
  for (const name of ['AppError', 'SqlError', 'ValueError']) expect(made.get('files/query')).toContain(`"${name}")`);
});

it('gives a function what it uses, and nothing that only others do', () => {
  const readers = keys.filter((key) => made.get(key)?.includes('"GetObjectCommand"'));
  expect(readers).toContain('files/query');
  expect(readers).not.toContain('health');
});
