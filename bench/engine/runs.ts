import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { DataSetName } from './data';
import type { QueryName } from './queries';

// Runs contenders, each query in a process of its own.

const root = join(__dirname, '..', '..');

export const contenders = {
  engine: { bundle: 'simd', name: 'engine' },
  scalar: { bundle: 'scalar', name: 'engine' },
  duckdb: { bundle: 'simd', name: 'duckdb' },
  udsv: { bundle: 'simd', name: 'udsv' },
  papaparse: { bundle: 'simd', name: 'papaparse' },
} as const;
export type ContenderName = keyof typeof contenders;

export interface Run {
  readonly ms: number;
  /** Of the process, in all its threads, in the time of the query. */
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** From the start of the process to the first row. */
  readonly firstMs: number;
  readonly firstCpuMs: number;
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** The contenders, bundled once with the kernels and once as for a machine without SIMD. */
export class Runs {
  #folder: string;
  /** On one core where the system can see to that. */
  #pin = spawnSync('taskset', ['-V']).status === 0 ? ['taskset', '-c', '0'] : [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async prepare(): Promise<Runs> {
    // Within the project, where the contenders' packages are found.
    mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true });
    const folder = mkdtempSync(join(root, 'node_modules', '.cache', 'bench-'));
    await Promise.all([bundle(folder, 'simd'), bundle(folder, 'scalar')]);
    return new Runs(folder);
  }

  run(contender: ContenderName, dataSet: DataSetName, query: QueryName, file: string): Run {
    const { bundle, name } = contenders[contender];
    return JSON.parse(this.#node(join(this.#folder, `${bundle}.cjs`), name, dataSet, query, file));
  }

  /** When a Node that does nothing is there, and what CPU time that takes. */
  bareStart(): Pick<Run, 'firstMs' | 'firstCpuMs'> {
    const { firstMs, user, system } = JSON.parse(
      this.#node('-e', 'console.log(JSON.stringify({ firstMs: performance.now(), ...process.cpuUsage() }))'),
    );
    return { firstMs, firstCpuMs: (user + system) / 1000 };
  }

  /** The contenders in turn, round after round, so that a machine that slows down slows down for all. */
  compare(names: readonly ContenderName[], dataSet: DataSetName, query: QueryName, file: string, options: Comparing) {
    const { rounds, measure } = options;
    const all = Array.from({ length: rounds }, () => names.map((name) => this.run(name, dataSet, query, file)));
    const bytes = statSync(file).size;
    const timeOf = (round: readonly Run[], index: number) => round[index]?.[measure] ?? Number.NaN;
    return names.map((name, index) => ({
      name,
      rate: median(all.map((round) => bytes / 1e3 / timeOf(round, index))),
      ratio: median(all.map((round) => timeOf(round, names.indexOf('duckdb')) / timeOf(round, index))),
      resident: median(all.map((round) => round[index]?.residentBytes ?? Number.NaN)),
    }));
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #node(...args: readonly string[]): string {
    const [command = '', ...rest] = [...this.#pin, process.execPath, ...args];
    return execFileSync(command, rest, { encoding: 'utf8' });
  }
}

interface Comparing {
  readonly rounds: number;
  readonly measure: 'ms' | 'cpuMs';
}

async function bundle(folder: string, name: 'simd' | 'scalar'): Promise<void> {
  const withoutSimd = join(root, 'bench', 'engine', 'without-simd.ts');
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/engine/contender.ts'],
    outfile: join(folder, `${name}.cjs`),
    bundle: true,
    // As the functions are bundled.
    minify: true,
    keepNames: true,
    platform: 'node',
    external: ['@duckdb/node-api', 'papaparse', 'udsv'],
    plugins: [
      {
        name: 'without-simd',
        setup: (steps) => {
          if (name === 'scalar') steps.onResolve({ filter: /\/simd-tokenizer$/ }, () => ({ path: withoutSimd }));
        },
      },
    ],
    logLevel: 'warning',
  });
}
