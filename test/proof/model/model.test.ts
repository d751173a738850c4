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
const every = isProof ? 200 : 70;

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
    const replay = shortest.map((step) => JSON.stringify(step)).join('\n');
    throw new Error(`seed ${seed}, step ${steps.length}, ${(error as Error).message}\nthe shortest run:\n${replay}`);
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
