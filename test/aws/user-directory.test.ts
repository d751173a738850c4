import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { createFaults, type FaultKind, faultKinds } from '../../local/graphql/faults';
import { answerWithFault } from '../../local/graphql/faulty-answer';
import { type EmbeddedService, listen } from '../../local/services/service';
import { graphqlUserDirectory } from '../../src/aws/user-directory';
import { resolveUsers } from '../../src/event-stats/resolve-users';
import { aClock } from '../event-stats/sample';

// The machine may be busy with other tests.
jest.setTimeout(60_000);

let service: EmbeddedService | undefined;
async function stop() {
  await service?.close();
  service = undefined;
}
afterEach(stop);

interface Query {
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
}

const nowMs = Date.parse('2026-11-20T12:00:00Z');

/** A directory over HTTP; `answer` is given the query and answers it. */
async function serve(answer: (...given: [...Parameters<RequestListener>, Query]) => void, timeoutMs = 5_000) {
  service = await listen(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    answer(request, response, JSON.parse(Buffer.concat(chunks).toString()));
  });
  return graphqlUserDirectory({
    url: `${service.url}/graphql`,
    token: async () => 'token',
    timeoutMs,
    now: () => nowMs,
  });
}

/** What a good API answers. Ids that begin with `no` are of nobody. */
const good = ({ variables }: Query) =>
  JSON.stringify({
    data: Object.fromEntries(
      Object.values(variables).map((id, index) => [
        `u${index}`,
        id.startsWith('no') ? null : { id, firstName: `First ${id}`, lastName: null, role: 'analyst' },
      ]),
    ),
  });

test('users are asked for by aliases and variables, with the token as AppSync takes it', async () => {
  const asked: { method: string | undefined; url: string | undefined; token: string | undefined; query: Query }[] = [];
  const directory = await serve(({ method, url, headers }, response, query) => {
    asked.push({ method, url, token: headers.authorization, query });
    response.end(good(query));
  });
  const { users, failure } = await directory.fetchUsers(['a', 'no', '") { id } x: fetchUser(id: "b']);
  expect(failure).toBeUndefined();
  expect([...users]).toEqual([
    ['a', { firstName: 'First a', lastName: null, role: 'analyst' }],
    ['no', null],
    [expect.anything(), expect.anything()],
  ]);
  expect(asked).toEqual([
    {
      method: 'POST',
      url: '/graphql',
      token: 'token',
      query: {
        query:
          'query users($id0: String!, $id1: String!, $id2: String!) { u0: fetchUser(id: $id0) { id firstName lastName role } u1: fetchUser(id: $id1) { id firstName lastName role } u2: fetchUser(id: $id2) { id firstName lastName role } }',
        variables: { id0: 'a', id1: 'no', id2: '") { id } x: fetchUser(id: "b' },
      },
    },
  ]);
});

test('of an answer with errors the fields count that no error names', async () => {
  const user = { id: 'a', firstName: 'A', lastName: 'B', role: 'r' };
  const answers: readonly [object, readonly string[]][] = [
    [{ data: { u0: user, u1: null }, errors: [{ message: 'no', path: ['u1'] }] }, ['a']],
    [{ data: { u0: user, u1: null }, errors: [{ message: 'no', path: ['u0'] }] }, ['b']],
    [{ data: { u0: user, u1: null }, errors: [{ message: 'no' }] }, ['a']],
    [{ data: { u0: user } }, ['a']],
    [{ data: null, errors: [{ message: 'no', path: null }] }, []],
    [{ errors: [{}] }, []],
    [{ data: { u0: { firstName: 1 }, u1: null } }, []],
    [[], []],
    [{}, []],
  ];
  for (const [answer, found] of answers) {
    const directory = await serve((_, response) => void response.end(JSON.stringify(answer)));
    const { users, failure } = await directory.fetchUsers(['a', 'b']);
    expect([answer, [...users.keys()], failure?.kind]).toEqual([answer, found, 'passing']);
    await stop();
  }
});

test.each([
  [500, {}, { kind: 'passing', details: 'it answered 500' }],
  [503, { 'retry-after': '7' }, { kind: 'passing', details: 'it answered 503', retryAfterMs: 7_000 }],
  [429, { 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }, { kind: 'passing', retryAfterMs: 30_000 }],
  [429, { 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, { kind: 'passing', retryAfterMs: 0 }],
  [429, { 'retry-after': 'soon' }, { kind: 'passing', details: 'it answered 429' }],
  [408, {}, { kind: 'passing' }],
  [401, {}, { kind: 'refused', details: 'it answered 401' }],
  [404, {}, { kind: 'refused' }],
  [302, { location: 'http://127.0.0.1:9/' }, { kind: 'refused', details: 'it answered 302' }],
])('the status %i with %j is a failure of its kind', async (status, headers, expected) => {
  const directory = await serve((_, response) => response.writeHead(status, headers).end('{}'));
  const { users, failure } = await directory.fetchUsers(['a']);
  expect([users.size, failure]).toEqual([0, expect.objectContaining(expected)]);
  expect(failure?.retryAfterMs === undefined).toBe(!('retryAfterMs' in expected));
});

test.each(faultKinds)('the fault %s is a failure that may pass', async (fault) => {
  const directory = await serve((_, response, query) => answerWithFault(fault, response, good(query)), 300);
  const { users, failure } = await directory.fetchUsers(['a', 'b']);
  expect([users.size, failure?.kind]).toEqual([0, 'passing']);
  if (fault === 'time-out' || fault === 'slow') expect(failure?.details).toBe('it did not answer within 0.3 s');
});

test('an answer without end, one that is cut, and nobody there are failures that may pass', async () => {
  const endless = await serve((_, response) => {
    response.on('error', () => {});
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      response.once('drain', more);
    };
    more();
  });
  expect((await endless.fetchUsers(['a'])).failure?.details).toContain('more than 1048576 bytes');
  await stop();

  const cut = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"data":');
    setTimeout(() => response.destroy(), 50);
  });
  expect((await cut.fetchUsers(['a'])).failure?.kind).toBe('passing');
  await stop();
  expect((await cut.fetchUsers(['a'])).failure).toEqual({ kind: 'passing', details: 'ECONNREFUSED' });
});

test('an answer that breaks HTTP half way is a failure that may pass', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{"\r\n');
    setTimeout(() => socket.write('no size of a chunk\r\n'), 50);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const directory = graphqlUserDirectory({ url: `http://127.0.0.1:${port}/`, token: async () => 't', now: Date.now });
  expect((await directory.fetchUsers(['a'])).failure?.kind).toBe('passing');
  server.close();
});

test.each([
  [0, 0],
  [0.3, 0],
  [1, 100],
])('over HTTP, at a rate of %d faults, %i of 100 users stay unresolved', async (rate, expected) => {
  const ids = Array.from({ length: 100 }, (_, index) => `u${index}`);
  const nextFault = createFaults({ rate, seed: 8 });
  const faults: FaultKind[] = [];
  const directory = await serve((_, response, query) => {
    const fault = nextFault();
    if (fault) faults.push(fault);
    if (fault) answerWithFault(fault, response, good(query));
    else response.end(good(query));
  }, 500);
  const { users, unresolved } = await resolveUsers({ directory, ...aClock(), random: Math.random }, ids);
  expect([users.size, unresolved.size]).toEqual([100 - expected, expected]);
  if (rate === 1) expect(new Set(faults)).toEqual(new Set(faultKinds));
});
