import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { figure } from '../test/proof/figure';
import { type DataSetName, dataFile, dataSetNames } from './engine/data';
import { printMemory } from './engine/memory';
import { librariesAnswer, type QueryName } from './engine/queries';
import { type ContenderName, contenders, Runs } from './engine/runs';

const usage = `How fast the engine is beside others, on one core, and what memory it takes; the tables of docs/benchmarks.md.

  npx tsx bench/engine.ts [MEGABYTES] [ROUNDS]     of a file (200), of each cell (5)
    --data orders,taxi     only these: ${dataSetNames.join(', ')}
    --queries Q1,Q3        only these
    --against duckdb,udsv  beside the engine: ${Object.keys(contenders).slice(1).join(', ')}
    --cpu                  CPU time in place of time, where the machine has other work too
    --parts tables,first   of tables, first, memory (files up to 3 GB, made and deleted)

Each query runs in a process of its own, the contenders in turn. Printed are medians in MB of input a second, and medians
of the ratios to DuckDB with one thread in the same round.`;

/** What is promised, as ratios to DuckDB with one thread. */
const floors: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  orders: { Q1: 4, Q2: 2.3, Q3: 5, Q4: 2.2, Q6: 5 },
  events: { Q1: 2, Q2: 1.8, Q3: 3.5, Q4: 1.7, Q6: 3 },
  taxi: { Q1: 6, Q2: 3.3, Q3: 9, Q4: 3.7, Q6: 11 },
};
/** Of the engine without SIMD: the geometric mean of the ratios, for each everyday data set. */
const scalarFloor = 0.8;
/** From a bare Node to the first row: the least of so many starts of each, since a slow machine adds more than the row takes. */
const firstRowFloorMs = 30;
const firstRowPairs = 20;

const everyday: readonly DataSetName[] = ['orders', 'events', 'taxi'];
const common: readonly QueryName[] = ['Q1', 'Q2', 'Q3', 'Q4', 'Q6', 'Q8'];
/** Every function there is, of orders, which have a column for each. */
const queriesOf = (dataSet: DataSetName): readonly QueryName[] => (dataSet === 'orders' ? [...common, 'Q7'] : common);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    queries: { type: 'string' },
    against: { type: 'string' },
    parts: { type: 'string', default: 'tables,first' },
    cpu: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [megabytes = 200, rounds = 5] = positionals.map(Number);
const listed = (text: string | undefined, name: string): boolean =>
  text === undefined || text.split(',').includes(name);

function table(runs: Runs, dataSets: readonly DataSetName[], against: readonly ContenderName[]): void {
  const chosen = dataSets.filter((name) => listed(values.data, name));
  if (chosen.length === 0) return;
  const names: readonly ContenderName[] = ['engine', ...against.filter((name) => listed(values.against, name))];
  console.log(
    `\n| data, query | ${names.join(' | ')} | floor | engine's peak |\n|---|${'---|'.repeat(names.length + 2)}`,
  );
  const means: { readonly dataSet: string; readonly mean: number }[] = [];
  const cellsWithFloor: CellWithFloor[] = [];
  for (const dataSet of chosen) {
    const file = dataFile(dataSet, megabytes * 1e6);
    const floorsHere = floors[dataSet] ?? {};
    const ofScalar: number[] = [];
    for (const query of queriesOf(dataSet).filter((name) => listed(values.queries, name))) {
      const able = librariesAnswer(query) ? names : names.filter((name) => name !== 'udsv' && name !== 'papaparse');
      const floor = floorsHere[query];
      const results = runs.compare(able, dataSet, query, file, { rounds, measure: values.cpu ? 'cpuMs' : 'ms' });
      const cells = names.map((name) => {
        const result = results.find((each) => each.name === name);
        if (!result) return '';
        const { rate, ratio } = result;
        if (floor !== undefined && name === 'scalar') ofScalar.push(ratio);
        if (floor !== undefined && name === 'engine')
          cellsWithFloor.push({ name: `${dataSet} ${query}`, ratio, floor });
        return name === 'duckdb' || Number.isNaN(ratio) ? rate.toFixed(0) : `${rate.toFixed(0)} (${shown(ratio)}x)`;
      });
      const peak = `${((results[0]?.resident ?? 0) / 1e6).toFixed(0)} MB`;
      console.log(
        `| ${dataSet} ${query} | ${cells.join(' | ')} | ${floor === undefined ? '' : `${floor}x`} | ${peak} |`,
      );
    }
    const mean = Math.exp(ofScalar.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ofScalar.length);
    if (mean > 0) means.push({ dataSet, mean });
  }
  noteCells(cellsWithFloor.filter(({ ratio }) => !Number.isNaN(ratio)));
  if (means.length === 0) return;
  const measured = means.map(({ dataSet, mean }) => `${dataSet} ${mean.toFixed(2)}x`).join(', ');
  console.log(`\nScalar, geometric mean of the ratios (floor ${scalarFloor}x): ${measured}.`);
  figure({
    proof: 'speed',
    what: 'the engine without SIMD, beside DuckDB with one thread',
    asked: `a geometric mean of ${scalarFloor}x or more on each everyday file`,
    measured,
    isMet: means.every(({ mean }) => mean >= scalarFloor),
  });
}

interface CellWithFloor {
  readonly name: string;
  readonly ratio: number;
  readonly floor: number;
}

function noteCells(cells: readonly CellWithFloor[]): void {
  const [tightest] = cells.toSorted((a, b) => a.ratio / a.floor - b.ratio / b.floor);
  if (!tightest) return;
  const { name, ratio, floor } = tightest;
  const kept = cells.filter((cell) => cell.ratio >= cell.floor).length;
  figure({
    proof: 'speed',
    what: 'the engine beside DuckDB with one thread, everyday files',
    asked: 'each cell at its floor or above',
    measured: `${kept} of ${cells.length}; the tightest is ${name}, ${shown(ratio)}x of ${floor}x`,
    isMet: kept === cells.length,
  });
}

const shown = (ratio: number) => ratio.toFixed(ratio < 1 ? 2 : ratio < 10 ? 1 : 0);

function printFirstRow(runs: Runs): void {
  const file = dataFile('orders', megabytes * 1e6);
  const measure = values.cpu ? 'firstCpuMs' : 'firstMs';
  const pairs = Array.from({ length: firstRowPairs }, () => [
    runs.bareStart()[measure],
    runs.run('engine', 'orders', 'Q6', file)[measure],
  ]);
  const [bare = 0, first = 0] = [0, 1].map((index) => Math.min(...pairs.map((pair) => pair[index] ?? 0)));
  noteFirstRow(first - bare);
  console.log(
    `\nFirst row: ${(first - bare).toFixed(0)} ms${values.cpu ? ' of CPU time' : ''} after a bare Node is there (${bare.toFixed(0)} ms); floor ${firstRowFloorMs} ms.`,
  );
}

function noteFirstRow(ms: number): void {
  figure({
    proof: 'speed',
    what: 'the first row after the start of a bare Node',
    asked: `${firstRowFloorMs} ms at most`,
    measured: `${ms.toFixed(0)} ms`,
    isMet: ms <= firstRowFloorMs,
  });
}

async function main(): Promise<void> {
  if (values.help) return console.log(usage);
  const runs = await Runs.prepare();
  try {
    const time = values.cpu ? 'MB/s of CPU time' : 'MB/s';
    console.log(
      `${cpus()[0]?.model}, Node ${process.version}, ${process.platform}; ${megabytes} MB a file, ${rounds} rounds; ${time}.`,
    );
    if (listed(values.parts, 'tables')) {
      table(runs, everyday, ['scalar', 'duckdb', 'udsv', 'papaparse']);
      const others = dataSetNames.filter((name) => !everyday.includes(name));
      table(runs, others, ['scalar', 'duckdb']);
    }
    if (listed(values.parts, 'first')) printFirstRow(runs);
    if (listed(values.parts, 'memory')) printMemory(runs);
  } finally {
    runs.close();
  }
}

void main();
