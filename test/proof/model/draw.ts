import { operations } from './operations';
import type { Random } from './random';
import { Run, type Step } from './run';
import type { State } from './state';

const all = Object.entries(operations);
const weights = all.reduce((sum, [, { weight }]) => sum + weight, 0);
/** A kill comes while most operations are under way, or just after: they take a few milliseconds. */
const latestKillMs = 40;

function drawOperation(state: State, random: Random): { readonly name: string; readonly args: object } {
  for (;;) {
    let at = (random.below(1e6) / 1e6) * weights;
    for (const [name, { weight, draw }] of all) {
      at -= weight;
      if (at >= 0) continue;
      const args = draw(state, random);
      if (args !== undefined) return { name, args };
      break;
    }
  }
}

/** The step after so many: a kill or a restart each `every` steps, by turns, else an operation. */
export function nextStep(state: State, random: Random, taken: number, every: number): Step {
  const turn = taken % (2 * every);
  if (turn === every) return { kind: 'restart' };
  const operation = drawOperation(state, random);
  if (turn === 0 && taken > 0) return { kind: 'kill', afterMs: random.below(latestKillMs), ...operation };
  return { kind: 'do', ...operation };
}

const mostTries = 12;

/** A shorter run that ends in the same difference: halves, quarters and so on of the steps are left out while it does. */
export async function shortened(steps: readonly Step[], failure: string): Promise<readonly Step[]> {
  let shortest = steps;
  let tries = 0;
  for (let size = Math.ceil(steps.length / 2); size >= 1 && tries < mostTries; size = Math.floor(size / 2)) {
    for (let start = 0; start + size < shortest.length && tries < mostTries; tries++) {
      const shorter = [...shortest.slice(0, start), ...shortest.slice(start + size)];
      if ((await failureOf(shorter))?.slice(0, 20) === failure.slice(0, 20)) shortest = shorter;
      else start += size;
    }
  }
  return shortest;
}

/** What is wrong after these steps, from a new server; undefined where nothing is. */
async function failureOf(steps: readonly Step[]): Promise<string | undefined> {
  const run = new Run();
  try {
    await run.start();
    for (const step of steps) await run.take(step);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await run.close();
  }
}
