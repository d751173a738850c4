import { createFaults } from '../../local/graphql/faults';
import { answerWithFault } from '../../local/graphql/faulty-answer';
import { listen } from '../../local/services/service';
import type { IdentityProvider } from '../../src/aws/identity-provider';
import { graphqlUserDirectory, type UserDirectory } from '../../src/aws/user-directory';
import { reportText } from '../../src/cli/event-report-text';
import { AppError, type ErrorCode } from '../../src/errors';
import { type EventStatisticsNeeds, eventStatistics } from '../../src/event-stats/event-statistics';
import { utcDay } from '../../src/event-stats/local-days';
import { aClock, aDirectory, aUser, chunksOf } from './sample';

// The machine may be busy with other tests.
jest.setTimeout(60_000);

const tokens = { accessToken: 'access', idToken: 'id', refreshToken: 'refresh', expiresInSeconds: 3600 };

const identityOf = (signIn: () => Promise<unknown>): IdentityProvider =>
  ({ signIn, refresh: async () => ({ tokens: { ...tokens, accessToken: 'renewed' } }) }) as unknown as IdentityProvider;

const needsOf = (changed: Partial<EventStatisticsNeeds> = {}, text = '1700000000,a,x\n'): EventStatisticsNeeds => ({
  identity: identityOf(async () => ({ tokens })),
  identityPool: () => ({ credentialsFor: async () => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' }) }),
  eventStore: () => ({
    lastKeys: async () => ['day.csv'],
    open: async () => ({ chunks: chunksOf(text), size: text.length }),
  }),
  chooseKey: () => Promise.reject(new Error('not asked')),
  openFile: async () => ({ chunks: chunksOf(text) }),
  directory: () => aDirectory(new Map([['a', aUser()]])).directory,
  sleep: aClock().sleep,
  random: Math.random,
  now: Date.now,
  ...changed,
});

const request = {
  user: 'ann@example.com',
  password: 'secret',
  events: { kind: 'object', bucket: 'events', key: 'day.csv' } as const,
  dayOf: utcDay,
  top: 5,
};
const nobody = { badRow: () => {}, read: () => {}, resolved: () => {} };

test('signs in, gets credentials, reads the events and asks who the users are', async () => {
  const steps: unknown[] = [];
  const needs = needsOf({
    identity: identityOf(async () => {
      steps.push('sign in');
      return { tokens };
    }),
    identityPool: () => ({
      async credentialsFor(idToken) {
        steps.push(['credentials', idToken]);
        return { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' };
      },
    }),
    eventStore: ({ sessionToken }) => ({
      lastKeys: () => Promise.reject(new Error('not asked')),
      async open(bucket, key) {
        steps.push(['open', sessionToken, bucket, key]);
        return { chunks: chunksOf('1700000000,a,x\nbad\n'), size: 19 };
      },
    }),
    directory: (token) => ({
      async fetchUsers(ids) {
        steps.push(['users', await token(), ids]);
        return { users: new Map([['a', aUser('analyst')]]) };
      },
    }),
  });
  const watched: unknown[] = [];
  const { report, unresolved, unavailable } = await eventStatistics(needs, request, {
    badRow: (line) => watched.push(['bad', line]),
    read: (bytes, size) => watched.push(['read', bytes, size]),
    resolved: (users, of) => watched.push(['resolved', users, of]),
  });
  expect(steps).toEqual([
    'sign in',
    ['credentials', 'id'],
    ['open', 'c', 'events', 'day.csv'],
    ['users', 'access', ['a']],
  ]);
  expect(watched).toEqual([
    ['bad', 2],
    ['read', 19, 19],
    ['resolved', 1, 1],
  ]);
  expect([report.totals, unresolved.size, unavailable]).toEqual([
    { valid: 1, bad: 1, users: 1, unresolved: 0 },
    0,
    undefined,
  ]);
});

test('which file is meant is asked where it is not said, with the last ones to choose from', async () => {
  const opened: string[] = [];
  const needs = needsOf({
    eventStore: () => ({
      lastKeys: async (bucket, count) => [`${bucket} ${count}`],
      async open(_bucket, key) {
        opened.push(key);
        return { chunks: chunksOf('1700000000,a,x\n') };
      },
    }),
    chooseKey: async (bucket, keys) => `chosen of ${bucket}: ${keys}`,
  });
  await eventStatistics(needs, { ...request, events: { kind: 'object', bucket: 'events' } }, nobody);
  expect(opened).toEqual(['chosen of events: events 10']);

  const eventStore = () => ({ lastKeys: async () => [], open: () => Promise.reject(new Error('not opened')) });
  const empty = eventStatistics(
    needsOf({ eventStore }),
    { ...request, events: { kind: 'object', bucket: 'b' } },
    nobody,
  );
  await expect(empty).rejects.toMatchObject({ code: 'S3NotFound', message: expect.stringContaining('bucket b yet') });
});

test('a file of this machine needs no credentials of the identity pool', async () => {
  const identityPool = () => {
    throw new Error('not asked');
  };
  const { report } = await eventStatistics(
    needsOf({ identityPool }),
    { ...request, events: { kind: 'file', path: 'day.csv' } },
    nobody,
  );
  expect(report.totals.valid).toBe(1);
});

test('a token that ends while the events are read is exchanged for a new one', async () => {
  let nowMs = 0;
  const used: string[] = [];
  const slow = async function* () {
    yield Buffer.from('1700000000,a,x\n');
    nowMs += 3_550_000;
  };
  const needs = needsOf({
    now: () => nowMs,
    openFile: async () => ({ chunks: slow() }),
    directory: (token) => ({
      async fetchUsers() {
        used.push(await token());
        return { users: new Map(), failure: { kind: 'passing', details: 'again' } };
      },
    }),
  });
  await eventStatistics(needs, { ...request, events: { kind: 'file', path: '-' } }, nobody);
  expect(new Set(used)).toEqual(new Set(['renewed']));
});

const failing = (code: ErrorCode) => () => Promise.reject(new AppError(code, `because of ${code}`));

test.each([
  ['InvalidCredentials', failing('InvalidCredentials'), 'The email or the password is wrong'],
  ['EmailNotConfirmed', failing('EmailNotConfirmed'), 'not confirmed yet'],
  ['PasswordIsTemporary', failing('PasswordIsTemporary'), 'because of PasswordIsTemporary'],
  ['TooManyAttempts', failing('TooManyAttempts'), 'because of TooManyAttempts'],
  ['SecondStepRequired', failing('SecondStepRequired'), 'because of SecondStepRequired'],
  ['no connection', () => Promise.reject(Object.assign(new Error(''), { code: 'ECONNREFUSED' })), '(ECONNREFUSED)'],
])('a sign-in that fails of %s is AuthFailed, and says why', async (_why, signIn, words) => {
  await expect(eventStatistics(needsOf({ identity: identityOf(signIn) }), request, nobody)).rejects.toMatchObject({
    code: 'AuthFailed',
    message: expect.stringContaining(words),
  });
});

test('the output is the same to the byte, whatever faults there were on the way', async () => {
  const ids = Array.from({ length: 120 }, (_, index) => `u${index}`);
  const text = Array.from(
    { length: 3_000 },
    (_, row) => `${1_700_000_000 + row * 60},${ids[(row * row) % 120]},x\n`,
  ).join('');
  let nextFault = createFaults({ rate: 0, seed: 0 });
  const service = await listen(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as { variables: Record<string, string> };
    const users = Object.values(variables).map((id, alias) => [
      `u${alias}`,
      { id, firstName: id, role: `r${id.length}` },
    ]);
    const good = JSON.stringify({ data: Object.fromEntries(users) });
    const fault = nextFault();
    if (fault) answerWithFault(fault, response, good);
    else response.end(good);
  });
  const directory = (token: () => Promise<string>): UserDirectory =>
    graphqlUserDirectory({ url: service.url, token, timeoutMs: 500, now: Date.now });
  const run = async (rate: number, seed: number) => {
    nextFault = createFaults({ rate, seed });
    const { report, unresolved } = await eventStatistics(needsOf({ directory }, text), request, nobody);
    return { json: [...reportText(report, 'json', 'UTC')].join(''), unresolved: unresolved.size };
  };
  try {
    const expected = await run(0, 0);
    expect(JSON.parse(expected.json).top_users).toHaveLength(5);
    for (let seed = 1; seed <= 10; seed += 1) expect([seed, await run(0.3, seed)]).toEqual([seed, expected]);

    const without = await run(1, 1);
    expect(without.unresolved).toBe(new Set(text.match(/u\d+/g)).size);
    expect(JSON.parse(without.json)).toMatchObject({
      events_per_day: JSON.parse(expected.json).events_per_day,
      events_per_role: [{ role: 'unknown', events: 3_000 }],
    });
  } finally {
    await service.close();
  }
});
