import { routes } from '../../src/api/routes';
import { figure } from '../proof/figure';
import { type FaultyCloud, startFaultyCloud } from './cloud';
import type { RecordedCall } from './proxy';
import { again, type Walk, walk } from './replay';
import { scenarios } from './scenarios/every';

/*
 * A write whose answer is lost is the worst of the faults that pass: the SDK sends it again, and then it is the first one that
 * stands in the way of the second. Nobody may notice.
 */

// Pauses between tries are not waited for: the clock is set on.
jest.mock('node:timers/promises', () => ({
  ...jest.requireActual<typeof import('node:timers/promises')>('node:timers/promises'),
  setTimeout: async (ms: number, value: unknown) => {
    jest.requireActual<typeof import('./clock')>('./clock').advance(ms);
    return value;
  },
}));

declare const askedFaults: 'all' | undefined;
const isLong = typeof askedFaults !== 'undefined';

jest.setTimeout(3_600_000);

let cloud: FaultyCloud;
beforeAll(async () => {
  process.env['AWS_MAX_ATTEMPTS'] = '2';
  cloud = await startFaultyCloud();
});
afterAll(() => cloud?.close());

/** Those that only read have no such call. */
const readers = routes.filter(({ method }) => method === 'GET' || method === 'HEAD').map(({ key }) => key);
const writers = scenarios.filter(({ handler }) => !readers.includes(handler));
const reads = /^(Get|Head|List|Query|Scan|Select|AdminGet|Receive)/;

test('a write whose answer is lost is sent again by the SDK, and nobody can tell', async () => {
  const wrong: string[] = [];
  const tried = new Set<string>();
  let combinations = 0;
  for (const scenario of writers) {
    const walked = await walk(cloud, scenario);
    for (const call of walked.calls.filter((each) => isTried(walked, each))) {
      combinations++;
      const faults = await again(cloud, walked, { call, kind: 'unanswered', tries: 'first' });
      wrong.push(...faults.map((fault) => `${scenario.handler} (${scenario.name}), ${call.operation}: ${fault}`));
    }
  }
  expect(wrong).toEqual([]);
  figure({
    proof: 'faults',
    what: 'every write whose answer is lost, sent again by the SDK',
    asked: 'the answer and the outcome of a write that nothing befell',
    measured: `${combinations} writes, 0 told apart`,
  });

  /** In the short form an operation of a handler once. */
  function isTried({ scenario: { handler } }: Walk, { operation }: RecordedCall): boolean {
    const key = `${handler} ${operation}`;
    if (reads.test(operation) || (tried.has(key) && !isLong)) return false;
    tried.add(key);
    return true;
  }
});
