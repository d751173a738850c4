import { appendFileSync, closeSync, copyFileSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { dataFile } from './data';
import type { QueryName } from './queries';
import type { Runs } from './runs';

const megabytes = [300, 1000, 3000];
const queries: readonly QueryName[] = ['Q1', 'Q2', 'Q3', 'Q4', 'Q6'];

/** Prints the engine's peak memory for files of orders of 0.3 to 3 GB, which are one file that grows and is deleted. */
export function printMemory(runs: Runs): void {
  const piece = dataFile('orders', 100e6);
  const file = `${piece}.grown`;
  copyFileSync(piece, file);
  console.log(
    `\n| peak memory | ${megabytes.map((size) => `${size} MB`).join(' | ')} |\n|---|${'---|'.repeat(megabytes.length)}`,
  );
  try {
    const peaks = megabytes.map((size) => {
      while (statSync(file).size < size * 1e6) appendRecords(file, piece);
      return queries.map((query) => runs.run('engine', 'orders', query, file).residentBytes);
    });
    for (const [index, query] of queries.entries()) {
      const cells = peaks.map((of) => `${((of[index] ?? 0) / 1e6).toFixed(0)} MB`);
      console.log(`| orders ${query} | ${cells.join(' | ')} |`);
    }
  } finally {
    rmSync(file, { force: true });
  }
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
