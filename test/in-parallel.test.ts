import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../src/in-parallel';

test('so many are under way at a time, and all are done', async () => {
  let [underWay, most] = [0, 0];
  const done: number[] = [];
  await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most = Math.max(most, ++underWay);
    await sleep(1);
    underWay--;
    done.push(item);
  });
  expect([most, done.toSorted()]).toEqual([3, [1, 2, 3, 4, 5, 6, 7]]);
});

test('a failure is thrown when what was under way has ended, and nothing is begun after it', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = inParallel([1, 2, 3, 4, 5, 6], 3, async (item) => {
    begun.push(item);
    await sleep(item === 2 ? 1 : 30);
    if (item === 2) throw new Error('two');
    ended.push(item);
  });
  await expect(work).rejects.toThrow('two');
  expect([begun, ended.toSorted()]).toEqual([
    [1, 2, 3],
    [1, 3],
  ]);
});
