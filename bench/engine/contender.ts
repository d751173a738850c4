import { closeSync, createReadStream, openSync, readSync, writeSync } from 'node:fs';
import { select } from '../../src/engine/index';
import { type DataSetName, delimiterOf } from './data';
import { peakBytes } from './peak';
import { byHand, formatOf, type QueryName, sql } from './queries';

// One query, by one contender, in a process of its own: contender.ts NAME DATASET QUERY FILE. Rows go to /dev/null. Prints
// {"ms", "cpuMs", "residentBytes", "firstMs", "firstCpuMs"}: of the query, of the process at its peak, and from the process's start to the first row.

type Contender = (
  dataSet: DataSetName,
  query: QueryName,
  file: string,
  onRows: (rows: string | Uint8Array) => void,
) => Promise<void>;

const blockBytes = 256 * 1024;

/** Reads into one buffer, again and again: what is given is valid until the next is asked for. */
async function* reused(path: string): AsyncGenerator<Uint8Array> {
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafeSlow(blockBytes);
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) yield buffer.subarray(0, read);
  } finally {
    closeSync(file);
  }
}

const engine: Contender = async (dataSet, asked, file, onRows) => {
  const input = { header: 'USE', comment: '', allowQuotedNewlines: true, delimiter: delimiterOf(dataSet) } as const;
  const expression = sql(dataSet, asked, 'engine', 'S3Object');
  const query = { expression, input, output: { format: formatOf(asked) }, reusesChunks: true };
  for await (const rows of await select(query, reused(file))) onRows(rows);
};

const duckdb: Contender = async (dataSet, query, file, onRows) => {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const [header = ''] = await firstLine(file);
  const delimiter = delimiterOf(dataSet);
  const columns = header
    .trim()
    .split(delimiter)
    .map((name) => `'${name}': 'VARCHAR'`);
  // The columns are given, so that nothing is sniffed, and all of them as text.
  const newLine = header.endsWith('\r') ? '\\r\\n' : '\\n';
  const table = `read_csv('${file}', header=true, delim='${delimiter}', quote='"', escape='"', new_line='${newLine}', auto_detect=false, strict_mode=false, max_line_size=2000000, columns={${columns.join(', ')}})`;
  start();
  const asked = sql(dataSet, query, 'duckdb', table);
  const form = formatOf(query) === 'csv' ? 'FORMAT csv, HEADER false' : 'FORMAT json';
  await connection.run(`COPY (${asked}) TO '/dev/null' (${form}, USE_TMP_FILE false)`);
  onRows('');
};

const needsQuotes = /[",\r\n]/;
const csvOf = (row: readonly unknown[]) =>
  `${row.map((value) => (needsQuotes.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : value)).join(',')}\n`;

function rowsInto(dataSet: DataSetName, query: QueryName, onRows: (rows: string) => void) {
  let text = '';
  let hand: ReturnType<typeof byHand> | undefined;
  const flush = () => {
    onRows(text);
    text = '';
  };
  return {
    row(row: readonly string[]) {
      if (hand) hand.row(row);
      else
        hand = byHand(dataSet, query, row, (emitted) => {
          text += csvOf(emitted);
          if (text.length > 128 * 1024) flush();
        });
    },
    end() {
      hand?.finish();
      flush();
    },
  };
}

const papaparse: Contender = async (dataSet, query, file, onRows) => {
  const { default: Papa } = await import('papaparse');
  const rows = rowsInto(dataSet, query, onRows);
  await new Promise<void>((resolve, reject) => {
    Papa.parse<string[]>(createReadStream(file, { highWaterMark: blockBytes }), {
      skipEmptyLines: true,
      delimiter: ',',
      chunk: ({ data }) => data.forEach(rows.row),
      complete: () => resolve(),
      error: reject,
    });
  });
  rows.end();
};

const udsv: Contender = async (dataSet, query, file, onRows) => {
  const { inferSchema, initParser } = await import('udsv');
  const rows = rowsInto(dataSet, query, onRows);
  const decoder = new TextDecoder();
  let parser: { chunk(text: string, ...how: unknown[]): void; end(): void; readonly stringArrs: unknown } | undefined;
  for await (const chunk of createReadStream(file, { highWaterMark: blockBytes })) {
    const text = decoder.decode(chunk, { stream: true });
    if (!parser) {
      const schema = inferSchema(text.slice(0, text.lastIndexOf('\n')));
      rows.row(schema.cols.map(({ name }) => name));
      parser = initParser(schema) as unknown as NonNullable<typeof parser>;
    }
    parser.chunk(text, parser.stringArrs, rows.row);
  }
  parser?.end();
  rows.end();
};

async function firstLine(file: string): Promise<string[]> {
  for await (const chunk of createReadStream(file, { end: 16 * 1024 })) return String(chunk).split('\n', 1);
  return [];
}

const contenders: Readonly<Record<string, Contender>> = { engine, duckdb, papaparse, udsv };

let startedMs = 0;
let startedCpu = process.cpuUsage();

function start(): void {
  startedMs = performance.now();
  startedCpu = process.cpuUsage();
}

/** Since the process began, or since then. */
function cpuMsSince(then?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(then);
  return (user + system) / 1000;
}

async function main([name = '', dataSet, query, file = '']: readonly string[]): Promise<void> {
  const sink = openSync('/dev/null', 'w');
  let first: { readonly firstMs: number; readonly firstCpuMs: number } | undefined;
  start();
  await contenders[name]?.(dataSet as DataSetName, query as QueryName, file, (rows) => {
    // Since the process began: what a person at a terminal waits for.
    first ??= { firstMs: performance.now(), firstCpuMs: cpuMsSince() };
    writeSync(sink, rows as string);
  });
  const ms = performance.now() - startedMs;
  const cpuMs = cpuMsSince(startedCpu);
  const residentBytes = peakBytes();
  console.log(JSON.stringify({ ms, cpuMs, residentBytes, ...first }));
  process.exit(0);
}

main(process.argv.slice(2));
