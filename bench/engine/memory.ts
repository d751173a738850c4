import { spawnSync } from 'node:child_process';
import { appendFileSync, closeSync, copyFileSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { buildCommandLine } from '../../bin/command-line';
import { dataFile } from './data';
import { type QueryName, sql } from './queries';
import type { Runs } from './runs';

const megabytes = [300, 1000, 3000];
const queries: readonly QueryName[] = ['Q1', 'Q2', 'Q3', 'Q4', 'Q6'];

/** Prints the peak memory of the engine and of `datadock query` for orders of 0.3 to 3 GB, one file that grows and is deleted. */
export function printMemory(runs: Runs): void {
  const piece = dataFile('orders', 100e6);
  const file = `${piece}.grown`;
  const cli = buildCommandLine(`${piece}.cli`);
  const tellPeak = `${cli}.tell-peak.cjs`;
  buildSync({
    entryPoints: [join(__dirname, 'tell-peak.ts')],
    outfile: tellPeak,
    bundle: true,
    platform: 'node',
  });
  copyFileSync(piece, file);
  console.log(
    `\n| peak memory | ${megabytes.map((size) => `${size} MB`).join(' | ')} |\n|---|${'---|'.repeat(megabytes.length)}`,
  );
  try {
    const peaks = megabytes.map((size) => {
      while (statSync(file).size < size * 1e6) appendRecords(file, piece);
      return [
        ...queries.map((query) => runs.run('engine', 'orders', query, file).residentBytes),
        ...queries.map((query) => peakOfCommand(cli, tellPeak, query, file)),
      ];
    });
    const names = [...queries, ...queries.map((query) => `${query}, \`datadock query\``)];
    for (const [index, name] of names.entries()) {
      const cells = peaks.map((of) => `${((of[index] ?? 0) / 1e6).toFixed(0)} MB`);
      console.log(`| orders ${name} | ${cells.join(' | ')} |`);
    }
  } finally {
    rmSync(file, { force: true });
    rmSync(dirname(cli), { recursive: true });
  }
}

/** Bytes, of the process of the command line. */
function peakOfCommand(cli: string, tellPeak: string, query: QueryName, file: string): number {
  const asked = ['query', file, sql('orders', query, 'engine', 'S3Object'), '--header', 'use'];
  const { status, stderr } = spawnSync(process.execPath, ['--require', tellPeak, cli, ...asked], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`datadock query ended with ${status}:\n${stderr}`);
  return Number(stderr.trim().split('\n').at(-1));
}

/** Appends what follows the header. */
function appendRecords(file: string, piece: string): void {
  const from = openSync(piece, 'r');
  const buffer = Buffer.allocUnsafe(16 * 1024 * 1024);
  let isFirst = true;
  for (let read = readSync(from, buffer); read > 0; read = readSync(from, buffer)) {
    appendFileSync(file, buffer.subarray(isFirst ? buffer.indexOf('\n') + 1 : 0, read));
    isFirst = false;
  }
  closeSync(from);
}
