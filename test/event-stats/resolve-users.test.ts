import { createFaults } from '../../local/graphql/faults';
import type { DirectoryFailure } from '../../src/aws/user-directory';
import { maxFailuresInARow, maxRetryAfterMs, resolveUsers } from '../../src/event-stats/resolve-users';
import { aClock, aDirectory, aUser } from './sample';

// The machine may be busy with other tests.
jest.setTimeout(60_000);

const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);
const usersOf = (ids: readonly string[]) => new Map(ids.map((id) => [id, aUser(`role of ${id}`)]));
const passing: DirectoryFailure = { kind: 'passing', details: 'it answered 500' };

test.each([0, 1, 24, 25, 26, 203, 1_000])('of %i users each is asked for once, 25 at a time', async (count) => {
  const ids = idsOf(count);
  const { directory, requests, mostAtOnce } = aDirectory(usersOf(ids));
  const seen: number[] = [];
  const { users, unresolved, unavailable } = await resolveUsers(
    { directory, ...aClock(), random: () => 0 },
    ids,
    (done) => seen.push(done),
  );
  expect(requests).toHaveLength(Math.ceil(count / 25));
  expect(requests.flat().sort()).toEqual([...ids].sort());
  expect(Math.max(...requests.map((asked) => asked.length), 0)).toBe(Math.min(count, 25));
  expect(mostAtOnce()).toBe(Math.min(Math.ceil(count / 25), 8));
  expect([users.size, unresolved.size, unavailable]).toEqual([count, 0, undefined]);
  expect(seen.at(-1) ?? 0).toBe(count);
});

test('a user whom the directory does not have is asked for once, and is unresolved', async () => {
  const { directory, requests } = aDirectory(new Map([['known', aUser()]]));
  const { users, unresolved, unavailable } = await resolveUsers({ directory, ...aClock(), random: () => 0 }, [
    'known',
    'gone',
  ]);
  expect(requests).toEqual([['known', 'gone']]);
  expect([...users.keys(), ...unresolved]).toEqual(['known', ['gone', expect.stringContaining('no user of this id')]]);
  expect(unavailable).toBeUndefined();
});

test('after five failures a batch waits for the others, and gets five more tries', async () => {
  const ids = idsOf(50);
  const first = new Set(ids.slice(0, 25));
  let failures = 0;
  const { directory, requests } = aDirectory(usersOf(ids), (_, asked) => {
    if (!first.has(asked[0] ?? '') || failures === 9) return undefined;
    failures += 1;
    return passing;
  });
  const { users, unresolved } = await resolveUsers({ directory, ...aClock(), random: () => 0.5 }, ids);
  expect([users.size, unresolved.size, requests.length]).toEqual([50, 0, 11]);

  const hopeless = aDirectory(usersOf(ids), (_, asked) => (first.has(asked[0] ?? '') ? passing : undefined));
  const result = await resolveUsers({ directory: hopeless.directory, ...aClock(), random: () => 0.5 }, ids);
  expect([result.users.size, result.unresolved.size, hopeless.requests.length]).toEqual([25, 25, 11]);
  expect(result.unresolved.get('u0')).toContain('it answered 500');
  expect(result.unavailable).toBeUndefined();
});

test('waits are drawn from a range that doubles, and are as long as Retry-After asks, up to a limit', async () => {
  const ask = async (failure: DirectoryFailure, random: number) => {
    const clock = aClock();
    const { directory } = aDirectory(new Map(), () => failure);
    await resolveUsers({ directory, sleep: clock.sleep, random: () => random }, ['a']);
    return clock.waitsMs;
  };
  expect(await ask(passing, 0.5)).toEqual([100, 200, 400, 800, 100, 200, 400, 800]);
  expect(await ask(passing, 0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  expect((await ask({ ...passing, retryAfterMs: 3_000 }, 0.5))[0]).toBe(3_000);
  expect((await ask({ ...passing, retryAfterMs: 3_600_000 }, 0.5))[0]).toBe(maxRetryAfterMs);
});

test('only those are asked for again whom an answer left open', async () => {
  const requests: (readonly string[])[] = [];
  const directory = {
    async fetchUsers(ids: readonly string[]) {
      requests.push(ids);
      return { users: new Map([[ids[0] ?? '', aUser()]]), ...(ids.length > 1 && { failure: passing }) };
    },
  };
  const { users } = await resolveUsers({ directory, ...aClock(), random: () => 0 }, ['a', 'b', 'c']);
  expect(requests).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']]);
  expect(users.size).toBe(3);
});

test('after 50 failures in a row the directory is asked no further', async () => {
  const ids = idsOf(20_000);
  const { directory, requests } = aDirectory(usersOf(ids), () => passing);
  const { users, unresolved, unavailable } = await resolveUsers({ directory, ...aClock(), random: () => 0 }, ids);
  // Those under way when the last failure came are let finish.
  expect(requests.length).toBeGreaterThanOrEqual(maxFailuresInARow);
  expect(requests.length).toBeLessThan(maxFailuresInARow + 8);
  expect([users.size, unresolved.size, unavailable]).toEqual([0, 20_000, 'it answered 500']);
  expect(unresolved.get('u19999')).toContain('not asked');
});

test('one answer among the failures starts the count anew', async () => {
  const ids = idsOf(5_000);
  const { directory } = aDirectory(usersOf(ids), (request) => (request % 8 === 0 ? undefined : passing));
  const { users, unavailable } = await resolveUsers({ directory, ...aClock(), random: () => 0 }, ids);
  expect(unavailable).toBeUndefined();
  expect(users.size).toBeGreaterThan(2_500);
});

test('a directory that refuses is not asked again', async () => {
  const ids = idsOf(1_000);
  const { directory, requests } = aDirectory(usersOf(ids), () => ({ kind: 'refused', details: 'it answered 401' }));
  const { unresolved, unavailable } = await resolveUsers({ directory, ...aClock(), random: () => 0 }, ids);
  expect(requests.length).toBeLessThanOrEqual(8);
  expect([unresolved.size, unavailable]).toEqual([1_000, 'it answered 401']);
});

test('at 30 % faults every user is resolved, in 100 runs with other faults and other chances', async () => {
  const ids = idsOf(1_000);
  const expected = usersOf(ids);
  let faults = 0;
  let requests = 0;
  for (let seed = 1; seed <= 100; seed += 1) {
    const nextFault = createFaults({ rate: 0.3, seed });
    const run = aDirectory(expected, () => {
      const fault = nextFault();
      if (fault) faults += 1;
      return fault && { kind: 'passing', details: fault };
    });
    const random = createRandom(seed);
    const { users, unresolved } = await resolveUsers({ directory: run.directory, ...aClock(), random }, ids);
    requests += run.requests.length;
    expect([seed, unresolved.size, new Map([...users].sort())]).toEqual([seed, 0, new Map([...expected].sort())]);
  }
  expect(faults / requests).toBeCloseTo(0.3, 1);
});

const createRandom = (seed: number) => () => Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1;

test('at 100 % faults nobody is resolved, and all is said', async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const nextFault = createFaults({ rate: 1, seed });
    const { directory } = aDirectory(usersOf(idsOf(40)), () => ({ kind: 'passing', details: String(nextFault()) }));
    const result = await resolveUsers({ directory, ...aClock(), random: () => 0 }, idsOf(40));
    expect([result.users.size, result.unresolved.size]).toEqual([0, 40]);
    expect(result.unavailable).toBeTruthy();
  }
});
