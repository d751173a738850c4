import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { routes } from '../../src/api/routes';
import { workers } from '../../src/workers';
import { figure } from '../proof/figure';
import { type FaultyCloud, startFaultyCloud } from './cloud';
import { type FaultKind, faultKinds } from './faults';
import type { RecordedCall } from './proxy';
import { replay, type Walk, walk } from './replay';
import { scenarios } from './scenarios/every';
import { processedMap } from './scenarios/maps';
import { asJson, atFile, createWorld, csv, type World } from './world';

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
const walks: Walk[] = [];

beforeAll(async () => {
  // Each fault is the call's last word; test/faults/retries.test.ts lets the SDK try again.
  process.env['AWS_MAX_ATTEMPTS'] = '1';
  cloud = await startFaultyCloud();
});
afterAll(() => cloud?.close());

test('every handler has a scenario', () => {
  const handlers = [...routes, ...workers].map(({ key }) => key);
  const covered = scenarios.map(({ handler }) => handler).filter((handler) => !handler.startsWith('command: '));
  expect(new Set(covered)).toEqual(new Set(handlers));
});

test('every scenario goes well when nothing fails', async () => {
  for (const scenario of scenarios) {
    const walked = await walk(cloud, scenario).catch((error: unknown) => {
      throw new Error(`${scenario.handler}, ${scenario.name}`, { cause: error });
    });
    const { status, body, isCut } = walked.answer;
    if (![200, 206].includes(status) || isCut)
      throw new Error(`${scenario.handler}, ${scenario.name}: ${status} ${body}`);
    walks.push(walked);
  }
});

/** Only signed by us, and sent by the client. */
const presigned = ['UploadPart'];

test('the scenarios make every call that is in the source, and no other', () => {
  const made = walks.flatMap(({ calls }) => calls.map(({ operation }) => operation));
  expect([...new Set(made), ...presigned].sort()).toEqual([...operationsInSource()].sort());
  for (const operation of presigned) expect(cloud.aws.seen).toContain(operation);
});

const documentOperations: Readonly<Record<string, string>> = {
  BatchWrite: 'BatchWriteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

/** What the adapters ask of AWS, save the one that looks at an account before anything is deployed to it. */
function operationsInSource(): ReadonlySet<string> {
  const folder = join(__dirname, '..', '..', 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== join('aws', 'deploy-target.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const names = files.flatMap((text) => [
    ...[...text.matchAll(/new (\w+)Command\(/g)].map(([, name = '']) => documentOperations[name] ?? name),
    ...[...text.matchAll(/paginate(\w+)\(/g)].map(([, name = '']) => name),
  ]);
  return new Set(names);
}

test('whatever call fails in whatever way, the answer is a documented one, nothing is half done, and the repeat succeeds', async () => {
  const tried = new Counter();
  const wrong: string[] = [];
  let combinations = 0;
  let parts = 0;
  for (const walked of walks) {
    const { scenario, calls } = walked;
    for (const call of calls) {
      for (const kind of chosen(scenario.handler, call, tried)) {
        combinations++;
        const outcome = await replay(cloud, walked, { call, kind, tries: 'all' });
        if (outcome.isPart) parts++;
        const what = `${scenario.handler} (${scenario.name}), ${call.operation} ${call.nth} ${kind}`;
        wrong.push(...outcome.wrong.map((each) => `${what}: ${each}`));
      }
    }
  }
  expect(wrong).toEqual([]);
  for (const kind of faultKinds) expect([kind, tried.of(kind)]).not.toEqual([kind, 0]);
  figure({
    proof: 'faults',
    what: 'every SDK call of every handler and command, failing in every way it can',
    asked: 'only documented answers, nothing internal in them, no half write, the repeat succeeds',
    measured: `${new Set(walks.map(({ scenario }) => scenario.handler)).size} handlers, ${walks.flatMap(({ calls }) => calls).length} calls, ${combinations} combinations: 0 undocumented, 0 half writes (${parts} parts of what no one write does, completed by the repeat)`,
  });
});

test.each([
  ['files/read', 'GetObject', 'builtin'],
  ['files/query', 'GetObject', 'builtin'],
  ['files/query', 'SelectObjectContent', 's3select'],
  ['maps/read', 'GetObject', 'builtin'],
] as const)(
  'where the bytes break off, the answer of %s (%s) is cut, never a shorter one',
  async (key, operation, engine) => {
    const world = await createWorld(cloud);
    const event = key === 'maps/read' ? await aLargeMap(world) : await aLargeFile(world);
    process.env['QUERY_ENGINE'] = engine;
    const whole = await world.call(key, event);
    const fault = { call: { service: 'S3', operation, nth: 1 }, kind: 'cut', tries: 'all' } as const;
    const { result: answer } = await cloud.aws.watch(() => world.call(key, event), fault);
    process.env['QUERY_ENGINE'] = 'builtin';
    expect([answer.status, answer.isCut, whole.status, whole.isCut]).toEqual([200, true, 200, false]);
    expect(whole.body.startsWith(answer.body)).toBe(true);
    expect(answer.body.length).toBeGreaterThan(100_000);
    expect(answer.body.length).toBeLessThan(whole.body.length);
  },
);

const largeText = `town,inhabitants\n${Array.from({ length: 60_000 }, (_, row) => `Town ${row},${row}\n`).join('')}`;

async function aLargeFile(world: World) {
  await world.json('files/create', { ...csv(largeText), queryStringParameters: { name: 'large.csv' } });
  return { ...atFile('large.csv'), ...asJson({ expression: 'SELECT * FROM S3Object' }) };
}

async function aLargeMap(world: World) {
  const { id } = await processedMap(world, largeText);
  return { pathParameters: { id } };
}

class Counter {
  readonly #counts = new Map<string, number>();

  of(...what: readonly string[]): number {
    return this.#counts.get(what.join(' ')) ?? 0;
  }

  add(...what: readonly string[]): void {
    this.#counts.set(what.join(' '), this.of(...what) + 1);
  }
}

/** In the long form all kinds. In the short one an operation of a handler fails once, in the way that was tried least. */
function chosen(handler: string, { operation, faults }: RecordedCall, tried: Counter): readonly FaultKind[] {
  if (!isLong && tried.of(handler, operation) > 0) return [];
  const kinds = [...faults]
    .sort((a, b) => tried.of(operation, a) - tried.of(operation, b) || tried.of(a) - tried.of(b))
    .slice(0, isLong ? faults.length : 1);
  for (const kind of kinds) {
    tried.add(handler, operation);
    tried.add(operation, kind);
    tried.add(kind);
  }
  return kinds;
}
