import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { figure } from '../test/proof/figure';
import { allOf, tableOf } from './load/latencies';
import { type LoadedServer, startLoadedServer } from './load/loaded-server';

// The highest rate of mixed requests that `npm start` answers without an error and with p99 under 150 ms:
// npx tsx bench/load.ts. With --rate N it only measures that rate, for --seconds (60).
// Client and server share the machine's cores.

const promisedP99Ms = 150;
const promisedRate = 50;
/** V8 compiles what is called often, and instances are begun: the first minute is slower than all others. */
const warmUpSeconds = 45;
/** Below it nothing is searched for. */
const lowestRate = 10;
const seconds = 60;
/** Of a trial in the search. */
const trialSeconds = 15;
/** The search ends where the next rate would differ by less. */
const precision = 0.07;

const { values: asked } = parseArgs({ options: { rate: { type: 'string' }, seconds: { type: 'string' } } });

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

/** Runs a trial, prints it in a line, and tells whether it kept the promise. */
async function trial(server: LoadedServer, rate: number, seconds: number, seed: number) {
  const startBytes = server.residentBytes();
  let peakBytes = startBytes;
  const sampler = setInterval(() => {
    peakBytes = Math.max(peakBytes, server.residentBytes());
  }, 500);
  const cpuBefore = server.cpuSeconds();
  const measured = await server.run({ rate, seconds, seed });
  clearInterval(sampler);
  const endBytes = server.residentBytes();
  const { p50, p95, p99 } = allOf(measured);
  const line = [
    `${rate}/s for ${seconds} s: ${measured.sent} requests, ${measured.errors} errors`,
    `p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)}, p99 ${p99.toFixed(1)} ms`,
    `memory ${megabytes(startBytes)}, at most ${megabytes(Math.max(peakBytes, endBytes))}, ${megabytes(endBytes)} at the end`,
    `CPU: server ${((server.cpuSeconds() - cpuBefore) / measured.seconds).toFixed(2)} cores, client ${(measured.cpuSeconds / measured.seconds).toFixed(2)}`,
  ].join('; ');
  console.log(line);
  for (const error of measured.firstErrors) console.log(`  ${error}`);
  return { measured, line, isKept: measured.errors === 0 && p99 < promisedP99Ms };
}

/** The highest rate that a short trial keeps. */
async function search(server: LoadedServer): Promise<number> {
  let [kept, broken] = [0, Number.POSITIVE_INFINITY];
  for (let rate = promisedRate; broken - kept > precision * kept; ) {
    const { isKept } = await trial(server, rate, trialSeconds, rate);
    if (isKept) kept = rate;
    else broken = rate;
    rate = Math.round(broken === Number.POSITIVE_INFINITY ? kept * 1.5 : (kept + broken) / 2);
    if (rate < lowestRate) break;
  }
  return kept;
}

async function main(): Promise<void> {
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}\n`);
  const server = await startLoadedServer();
  try {
    await trial(server, promisedRate, warmUpSeconds, 1); // Starts the functions, and has their code compiled.
    if (asked.rate) {
      const { measured } = await trial(server, Number(asked.rate), Number(asked.seconds ?? seconds), 2);
      console.log(`\n${tableOf(measured)}`);
      return;
    }
    // A minute is harder to keep than a short trial.
    let rate = (await search(server)) || lowestRate;
    let last = await trial(server, rate, seconds, rate);
    while (!last.isKept && rate > lowestRate) {
      rate = Math.max(lowestRate, Math.floor(rate * 0.93));
      last = await trial(server, rate, seconds, rate);
    }
    console.log(`\n${tableOf(last.measured)}`);
    figure({
      proof: 'load',
      what: `mixed requests for ${seconds} s, the client on the same machine`,
      asked: `${promisedRate} a second or more without an error, p99 under ${promisedP99Ms} ms`,
      measured: last.line,
      isMet: last.isKept && rate >= promisedRate,
    });
  } finally {
    await server.stop();
  }
}

void main();
