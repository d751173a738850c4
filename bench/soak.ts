import { parseArgs } from 'node:util';
import { figure } from '../test/proof/figure';
import { allOf, tableOf } from './load/latencies';
import { startLoadedServer } from './load/loaded-server';

// Whether memory stays what it is under a moderate load: npx tsx bench/soak.ts [--minutes 30] [--rate 15]. It is looked at every
// ten seconds; flat means that over the last two thirds a straight line through it rises by less than 5 % of the median.

const { values: asked } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, rate: { type: 'string', default: '15' } },
});
const minutes = Number(asked.minutes);
const rate = Number(asked.rate);
const sampleMs = 10_000;
const allowedRise = 0.05;

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
const median = (values: readonly number[]) => sorted(values)[values.length >> 1] ?? Number.NaN;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** By how much the line of least squares rises from the first value to the last. */
function riseOf(values: readonly number[]): number {
  const [middle, average] = [(values.length - 1) / 2, mean(values)];
  const covariance = mean(values.map((value, index) => (index - middle) * (value - average)));
  const variance = mean(values.map((_, index) => (index - middle) ** 2));
  return (covariance / variance) * (values.length - 1);
}

async function main(): Promise<void> {
  const server = await startLoadedServer();
  const samples: number[] = [];
  const sampler = setInterval(() => {
    samples.push(server.residentBytes());
    if (samples.length % 30 === 0)
      console.error(`${(samples.length * sampleMs) / 60_000} min: ${megabytes(samples.at(-1) ?? 0)}`);
  }, sampleMs);
  try {
    const measured = await server.run({ rate, seconds: minutes * 60, seed: 1 });
    clearInterval(sampler);
    const third = Math.ceil(samples.length / 3);
    console.log(
      `${rate} requests a second for ${minutes} minutes: ${measured.sent} requests, ${measured.errors} errors`,
    );
    for (const error of measured.firstErrors) console.log(`  ${error}`);
    const medians: number[] = [];
    console.log('\n| memory | least | median | most |\n|---|---|---|---|');
    for (const [index, name] of ['first third', 'second third', 'last third'].entries()) {
      const values = sorted(samples.slice(index * third, (index + 1) * third));
      medians.push(median(values));
      const [least = Number.NaN, most = Number.NaN] = [values[0], values.at(-1)];
      console.log(`| ${name} | ${[least, median(values), most].map(megabytes).join(' | ')} |`);
    }
    const later = samples.slice(third);
    const rise = riseOf(later);
    const isFlat = rise < allowedRise * median(later);
    console.log(`\nover the last two thirds it rises by ${megabytes(rise)}: ${isFlat ? 'flat' : 'not flat'}\n`);
    console.log(tableOf(measured));
    const { p50, p99 } = allOf(measured);
    console.log(`\np50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
    figure({
      proof: 'soak',
      what: `mixed requests for ${minutes} minutes`,
      asked: 'no errors, and memory that is flat over the last two thirds (rises by less than 5 %)',
      measured: `${rate} a second: ${measured.sent} requests, ${measured.errors} errors; median memory by thirds ${medians.map(megabytes).join(', ')}, rise ${megabytes(rise)}; p99 ${p99.toFixed(1)} ms`,
      isMet: isFlat && measured.errors === 0,
    });
  } finally {
    clearInterval(sampler);
    await server.stop();
  }
}

void main();
