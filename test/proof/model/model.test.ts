import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figure } from '../figure';
import { nextStep, shortened } from './draw';
import { Random } from './random';
import { Run, type Step } from './run';

/** `npm run proof` asks for more; a seed and its number of operations repeat a run. */
declare const askedOperations: number | undefined;
declare const askedSeed: number | undefined;
const isProof = typeof askedOperations !== 'undefined';
const operations = isProof ? askedOperations : 150;
const seed = typeof askedSeed === 'undefined' ? (isProof ? Date.now() % 1e9 : 7) : askedSeed;
/** Steps between a kill and a restart, and the next. */
const every = isProof ? 100 : 70;

const shownSteps = 30;

jest.setTimeout(60_000 + operations * 1_000);

test(`${operations} random operations amid kills and restarts: the product does what the model does`, async () => {
  const run = new Run();
  const random = new Random(seed);
  const steps: Step[] = [];
  try {
    await run.start();
    while (run.counts.operations < operations) {
      const step = nextStep(run.state, random, steps.length, every);
      steps.push(step);
      await run.take(step);
    }
  } catch (error) {
    await run.close();
    const shortest = await shortened(steps, (error as Error).message);
    const file = join(tmpdir(), `datadock-model-${seed}.json`);
    writeFileSync(file, JSON.stringify(shortest, null, 1));
    const last = shortest.slice(-shownSteps).map((step) => JSON.stringify(step));
    const found = `seed ${seed}, step ${steps.length}, ${(error as Error).message}`;
    throw new Error(`${found}\n${shortest.length} steps lead there, in ${file}; the last:\n${last.join('\n')}`);
  } finally {
    await run.close();
  }
  const { kills, restarts, amid, happened } = run.counts;
  expect(kills).toBeGreaterThan(0);
  figure({
    proof: 'model',
    what: 'random operations against a model, restarts and kill -9 among them',
    asked: '10 000, with no difference and nothing acknowledged lost',
    measured: `${run.counts.operations} operations (seed ${seed}), ${kills} kills, of which ${amid} before an answer (${happened} had happened), ${restarts} restarts, 0 differences`,
  });
});
