import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Figure } from '../test/proof/figure';
import { latestRuns, type Measured, proofPage, proofTable } from './proof/page';

// npm run proof [PART ...]: the long forms of tests, the load, the engine's speed and the referees. It prints one table of the
// figures and writes docs/proof.md. docs/proof.json keeps the last two runs of each figure, so that a part can be run alone.

const root = join(__dirname, '..');
const kept = join(root, 'docs', 'proof.json');
const config = 'jest.proof.config.cjs';
const everyday = 'orders,events,taxi';

interface Part {
  readonly name: string;
  readonly command: readonly string[];
}

/** The suites of the jest configuration, each by its file's name, then what is no test. */
function allParts(): readonly Part[] {
  const listed = execFileSync('npx', ['jest', '--config', config, '--listTests'], { cwd: root, encoding: 'utf8' });
  const suites = listed
    .split('\n')
    .filter((path) => path !== '')
    .sort()
    .map((path) => ({
      name: basename(path).split('.')[0] ?? path,
      command: ['npx', 'jest', '--config', config, '--runTestsByPath', path],
    }));
  return [
    ...suites,
    { name: 'referees', command: ['bash', '.ci/referees'] },
    // What has a floor.
    {
      name: 'speed',
      command: ['npx', 'tsx', 'bench/engine.ts', '200', '3', '--data', everyday, '--against', 'scalar,duckdb'],
    },
    { name: 'load', command: ['npx', 'tsx', 'bench/load.ts'] },
    { name: 'soak', command: ['npx', 'tsx', 'bench/soak.ts'] },
  ];
}

/** Runs one part, its output being shown as it comes, and gathers the figures that it notes. A part that fails is a figure too. */
function run({ name, command: [program = '', ...args] }: Part, folder: string): readonly Figure[] {
  console.log(`\n== ${name}`);
  const file = join(folder, `${name}.jsonl`);
  const { status, signal } = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PROOF_FIGURES: file },
  });
  const noted = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  const figures = noted.map((line) => JSON.parse(line) as Figure);
  if (status === 0) return figures;
  const measured = `failed: ${signal ?? `exit ${status}`}`;
  return [...figures, { proof: name, what: 'the whole part', asked: 'that it passes', measured, isMet: false }];
}

function main(names: readonly string[]): void {
  const known = allParts();
  const unknown = names.filter((name) => !known.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(`No part is called ${unknown.join(', ')}. There are: ${known.map(({ name }) => name).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'datadock-proof-'));
  let measured: readonly Measured[] = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : [];
  let failed = 0;
  for (const part of names.length === 0 ? known : known.filter(({ name }) => names.includes(name))) {
    const figures = run(part, folder);
    failed += figures.filter(({ isMet }) => isMet === false).length;
    // Written after each part: a run of hours that is stopped keeps what it has.
    measured = latestRuns(measured, part.name, figures, new Date());
    writeFileSync(kept, `${JSON.stringify(measured, null, 2)}\n`);
    writeFileSync(join(root, 'docs', 'proof.md'), proofPage(measured));
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`\n${proofTable(measured)}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

main(process.argv.slice(2));
