import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type DataSetName, dataFile } from './engine/data';
import type { QueryName } from './engine/queries';

// How fast the engine is beside others, on one core: npx tsx bench/engine.ts [MEGABYTES] [ROUNDS]. Each query runs in a process
// of its own; the contenders take turns, so that a machine that slows down slows down for all. What is printed is the
// median of the rounds in MB of input a second, and beside it the median of the ratios to DuckDB in the same round.

const root = join(__dirname, '..');
const [megabytes = 200, rounds = 5] = process.argv.slice(2).map(Number);

/** What is promised, as ratios to DuckDB with one thread. */
const floors: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  orders: { Q1: 4, Q2: 2.3, Q3: 5, Q4: 2.2, Q6: 5 },
  events: { Q1: 2, Q2: 1.8, Q3: 3.5, Q4: 1.7, Q6: 3 },
  taxi: { Q1: 6, Q2: 3.3, Q3: 9, Q4: 3.7, Q6: 11 },
};

const queries: readonly QueryName[] = ['Q1', 'Q2', 'Q3', 'Q4', 'Q6'];
const everyday: readonly DataSetName[] = ['orders', 'events', 'taxi'];
const unfavourable: readonly DataSetName[] = ['quoted', 'crlf', 'wide', 'malformed'];
// Within the project, where the contenders' packages are found.
mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true });
const folder = mkdtempSync(join(root, 'node_modules', '.cache', 'bench-'));

/** Bundles the contenders once with the kernels and once as for a machine without SIMD. */
async function bundle(name: string, isScalar: boolean): Promise<string> {
  const outfile = join(folder, `${name}.cjs`);
  const withoutSimd = join(root, 'bench', 'engine', 'without-simd.ts');
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/engine/contender.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    external: ['@duckdb/node-api', 'papaparse', 'udsv'],
    plugins: [
      {
        name: 'without-simd',
        setup: (steps) => {
          if (isScalar) steps.onResolve({ filter: /\/simd-tokenizer$/ }, () => ({ path: withoutSimd }));
        },
      },
    ],
    logLevel: 'warning',
  });
  return outfile;
}

interface Run {
  readonly ms: number;
  readonly residentBytes: number;
  readonly firstMs: number;
}

const contenders = {
  engine: { bundle: 'simd', name: 'engine' },
  scalar: { bundle: 'scalar', name: 'engine' },
  duckdb: { bundle: 'simd', name: 'duckdb' },
  udsv: { bundle: 'simd', name: 'udsv' },
  papaparse: { bundle: 'simd', name: 'papaparse' },
} as const;
type ContenderName = keyof typeof contenders;

/** On one core where the system can see to that. */
const pin = spawnSync('taskset', ['-V']).status === 0 ? ['taskset', '-c', '0'] : [];

function run(contender: ContenderName, dataSet: DataSetName, query: QueryName, file: string): Run {
  const { bundle, name } = contenders[contender];
  const [command = '', ...args] = [...pin, process.execPath, join(folder, `${bundle}.cjs`), name, dataSet, query, file];
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Runs the contenders in turn, round after round. */
function compare(names: readonly ContenderName[], dataSet: DataSetName, query: QueryName, file: string) {
  const runs = Array.from({ length: rounds }, () => names.map((name) => run(name, dataSet, query, file)));
  const bytes = statSync(file).size;
  return names.map((name, index) => ({
    name,
    rate: median(runs.map((round) => bytes / 1e3 / (round[index] as Run).ms)),
    ratio: median(runs.map((round) => (round[names.indexOf('duckdb')] as Run).ms / (round[index] as Run).ms)),
    resident: median(runs.map((round) => (round[index] as Run).residentBytes)),
  }));
}

function table(dataSets: readonly DataSetName[], names: readonly ContenderName[], bytes: number): void {
  console.log(
    `\n| data, query | ${names.join(' | ')} | floor | engine's peak |\n|---|${'---|'.repeat(names.length + 2)}`,
  );
  for (const dataSet of dataSets) {
    const file = dataFile(dataSet, bytes);
    for (const query of queries) {
      const results = compare(names, dataSet, query, file);
      const cells = results.map(({ name, rate, ratio }) =>
        name === 'duckdb' ? rate.toFixed(0) : `${rate.toFixed(0)} (${ratio.toFixed(ratio < 10 ? 1 : 0)}x)`,
      );
      const floor = floors[dataSet]?.[query];
      console.log(
        `| ${dataSet} ${query} | ${cells.join(' | ')} | ${floor === undefined ? '' : `${floor}x`} | ${((results[0]?.resident ?? 0) / 1e6).toFixed(0)} MB |`,
      );
    }
  }
}

function memoryAndFirstRow(): void {
  const bare = Math.min(
    ...Array.from({ length: rounds }, () =>
      Number(execFileSync(process.execPath, ['-e', 'console.log(performance.now())'], { encoding: 'utf8' })),
    ),
  );
  const file = dataFile('orders', megabytes * 1e6);
  const first = Math.min(...Array.from({ length: rounds }, () => run('engine', 'orders', 'Q6', file).firstMs));
  console.log(
    `\nFirst row: ${first.toFixed(0)} ms after the process began; a bare Node is there after ${bare.toFixed(0)} ms.`,
  );
}

async function main(): Promise<void> {
  const [cpu] = cpus();
  await Promise.all([bundle('simd', false), bundle('scalar', true)]);
  console.log(
    `${cpu?.model}, Node ${process.version}, ${process.platform}; ${megabytes} MB a file, ${rounds} rounds; MB/s.`,
  );
  table(everyday, ['engine', 'scalar', 'duckdb', 'udsv', 'papaparse'], megabytes * 1e6);
  table(unfavourable, ['engine', 'scalar', 'duckdb'], megabytes * 1e6);
  memoryAndFirstRow();
}

main().finally(() => rmSync(folder, { recursive: true, force: true }));
