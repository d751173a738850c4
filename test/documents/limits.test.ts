import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../../src/config';
import * as engineLimits from '../../src/engine/limits';
import { root } from './blocks';

// docs/limits.md is generated from the constants, and test/documents.test.ts sees that it is the one that they make.

const source = readFileSync(join(root, 'bin/limits-document.ts'), 'utf8');

/** How the engine works, which nobody meets as a limit. */
const inner = ['blockBytes', 'chunkBytes', 'maxBlockBytes', 'stepsPerItem', 'stepsPerNode'];

test.each([
  ...Object.keys(limits).map((name) => `limits.${name}`),
  ...Object.keys(engineLimits).filter((name) => !inner.includes(name)),
])('%s is among the limits of docs/limits.md', (name) => {
  // Once where it is used; an import alone would be once, too.
  const uses = source.split(new RegExp(`\\b${name.replace('.', '\\.')}\\b`)).length - 1;
  expect(uses).toBeGreaterThanOrEqual(name.startsWith('limits.') ? 1 : 2);
});
