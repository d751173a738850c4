import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figure } from '../figure';
import { nextStep, shortened } from './draw';
import { Random } from './random';
import { Run, type Step } from './run';

// Several users do this and that at random, the server is stopped and killed amid it, and a model in memory (state.ts) says what
// must be answered and what must be there afterwards. A difference is told with its seed and a shorter run that leads to
// it, which is taken again by --globals '{"askedReplay":"FILE"}'.

/** `npm run proof` asks for more; the same seed draws the same steps. */
declare const askedOperations: number | undefined;
declare const askedSeed: number | undefined;
declare const askedReplay: string | undefined;
const isProof = typeof askedOperations !== 'undefined';
const operations = isProof ? askedOperations : 150;
const seed = typeof askedSeed === 'undefined' ? (isProof ? Date.now() % 1e9 : 7) : askedSeed;
/** Steps between a kill and a restart, and the next. */
const every = isProof ? 100 : 70;
const shownSteps = 30;

jest.setTimeout(60_000 + operations * 1_000);

async function difference(run: Run, difference: string, steps: readonly Step[]): Promise<Error> {
  const found = [difference, ...run.faults()].join('\n');
  await run.close();
  const shortest = await shortened(steps, difference);
  const file = join(tmpdir(), `datadock-model-${seed}.json`);
  writeFileSync(file, JSON.stringify(shortest, null, 1));
  const last = shortest.slice(-shownSteps).map((step) => JSON.stringify(step));
  return new Error(
    `seed ${seed}, step ${steps.length}: ${found}\n${shortest.length} steps lead there, in ${file}; the last:\n${last.join('\n')}`,
  );
}

test(`${operations} random operations amid kills and restarts: the product does what the model does`, async () => {
  const run = new Run();
  const random = new Random(seed);
  const replay: Step[] | undefined =
    typeof askedReplay === 'undefined' ? undefined : JSON.parse(readFileSync(askedReplay, 'utf8'));
  const steps: Step[] = [];
  try {
    await run.start();
    while (replay ? steps.length < replay.length : run.counts.operations < operations) {
      const step = replay?.[steps.length] ?? nextStep(run.state, random, steps.length, every);
      steps.push(step);
      await run.take(step);
    }
  } catch (error) {
    throw replay ? error : await difference(run, (error as Error).message, steps);
  } finally {
    await run.close();
  }
  if (replay) return;
  const { kills, restarts, amid, happened } = run.counts;
  expect(kills).toBeGreaterThan(0);
  figure({
    proof: 'model',
    what: 'random operations against a model, restarts and kill -9 among them',
    asked: '10 000 operations with no difference and nothing acknowledged lost',
    measured: `${run.counts.operations} operations (seed ${seed}), ${kills} kills, ${amid} of them before the answer (${happened} had happened), ${restarts} restarts, 0 differences`,
  });
});
