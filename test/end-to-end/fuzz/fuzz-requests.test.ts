import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { figure } from '../../proof/figure';
import { clientOf, password } from '../client';
import { leaksIn, loggedOf, logsOf } from '../secrets/logs';
import { datadock, jsonOf, useServer } from '../server';
import { servicesOf } from '../services';
import { Dice } from './dice';
import { type Operation, operations } from './document';
import { documentedRequest } from './documented-request';
import { faultOf, generalFault } from './faults';
import { malformed, spoiltMessage } from './raw-messages';
import { requestFor, type World } from './requests';
import { badAuthorizations } from './tokens';
import {
  type Answer,
  bytesOf,
  closeConnections,
  curlLine,
  netcatLine,
  type Sent,
  sendByClient,
  sendBytes,
} from './wire';

// Requests that are made from `openapi.yaml`, as nobody should send them: every operation, with values, headers, bodies and
// tokens that fit or are hostile. None may make the server fail, and every answer must be one that the document tells of.

const given = globalThis as { askedRequests?: number; fuzzSeed?: number };
const count = given.askedRequests ?? 600;
const seed = given.fuzzSeed ?? 20_261_126;
/** Each request at a time takes an instance of the function, which costs a start. */
const atOnce = given.askedRequests === undefined ? 2 : 4;
/** In a row for one operation: a change of the function costs a start. */
const rowLength = Math.min(100, Math.ceil(count / operations.length));
/** So many kinds of failure are enough to read. */
const manyFailures = 12;
/** One in so many goes by a raw socket, whole or spoilt. */
const rawEvery = 10;

jest.setTimeout(7_200_000);

const server = useServer();
const { send, post, upload, uploadMap, aUser, confirmed, login, codeFor } = clientOf(server);
afterAll(closeConnections);

/** Whatever names something inside. */
async function insideNames(): Promise<readonly string[]> {
  const { s3, dynamo } = servicesOf(server.current.dataDir);
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  const { TableNames = [] } = await dynamo.send(new ListTablesCommand());
  s3.destroy();
  dynamo.destroy();
  return [...Buckets.map(({ Name }) => Name ?? ''), ...TableNames, server.current.dataDir];
}

const fileNames = ['a.csv', 'b.csv', 'ä.csv'];

async function people() {
  const setUser = (...args: string[]) =>
    datadock('users', 'set', ...args, '--outputs', `${server.current.dataDir}/outputs.json`);
  // No email of the document's examples: a reset that is made of those, with her password, would sign her out.
  const ann = await aUser('anna@example.com');
  const bob = await aUser('bob@example.com');
  await confirmed('leo@example.com');
  await aUser('root@example.com');
  await setUser('root@example.com', '--group', 'admin');
  const carl = await aUser('carl@example.com');
  await setUser('carl@example.com', '--active', '0');
  const { access_token: root } = await login('root@example.com');
  // Ann's own tokens, spoilt; she keeps a good one.
  const bad = badAuthorizations(await login('anna@example.com'), server.current.dataDir);
  return { ann: `Bearer ${ann}`, bob: `Bearer ${bob}`, root: `Bearer ${root}`, bad: [...bad, `Bearer ${carl}`] };
}
type People = Awaited<ReturnType<typeof people>>;

let rows = 0;

/** What requests destroy is there again before each row. */
async function worldFor(
  { operationId, path }: Operation,
  { bad, ...good }: People,
  maps: readonly string[],
): Promise<World> {
  const token = good.ann.replace('Bearer ', '');
  rows++;
  if (path.startsWith('/files')) {
    await Promise.all(fileNames.map((name) => upload(token, name, Buffer.from('n,v\na,1\nb,2\n'))));
  }
  const uploads = path.startsWith('/uploads')
    ? await Promise.all(
        [1, 2, 3].map((n) => jsonOf(post('/uploads', { name: `up-${n}-${rows}.csv`, size: 10 }, token))),
      )
    : [];
  expect(uploads).toEqual(uploads.map(() => expect.objectContaining({ parts: expect.any(Array) })));
  for (const { parts } of uploads.slice(1)) await fetch(parts[0].url, { method: 'PUT', body: '0123456789' });
  // Who signs in must be confirmed.
  const emails = ['new@example.com', operationId === 'authLogin' ? 'leo@example.com' : `${operationId}@example.com`];
  const isAuth = path.startsWith('/auth');
  if (isAuth && /onfirm|Resend/.test(operationId)) await post('/auth/signup', { email: emails[1], password });
  if (isAuth && /Reset|Forgot/.test(operationId)) {
    await confirmed(emails[1] ?? '').catch(() => {}); // A row before this one has done so.
    await post('/auth/forgot', { email: emails[1] });
  }
  const codes = isAuth ? await Promise.all(emails.map(codeFor)) : [];
  const { access_token, refresh_token } = isAuth
    ? await login('leo@example.com')
    : { access_token: '', refresh_token: '' };
  // Whoever signs out does so for good.
  const leaver = `Bearer ${access_token}`;
  return {
    known: {
      files: [...fileNames.map((name) => Buffer.from(name).toString('base64url')), 'bm9uZQ'],
      uploads: uploads.map(({ id }) => id),
      maps,
      customer_id: [1, 4, 99],
      email: emails,
      username: emails,
      password: [password],
      code: codes,
      refresh_token: [refresh_token],
      name: ['a.csv', `new-${rows}.csv`],
      prefix: ['a', ''],
      topic: ['sand', 'Orange'],
      group_by: ['month', 'channel,topic', 'customer_type'],
      expression: ['SELECT * FROM S3Object', 'SELECT s.n FROM S3Object s', 'SELECT SUM(CAST(v AS INT)) FROM S3Object'],
    },
    good: operationId === 'authLogout' ? { ann: leaver, bob: leaver, root: leaver } : good,
    bad,
  };
}

test(`${count} requests made from the document: no 5xx, and only answers that it tells of`, async () => {
  const secrets = await insideNames();
  const everyone = await people();
  const token = everyone.ann.replace('Bearer ', '');
  const uploaded = await Promise.all(
    ['', 'north', '{"type":"Point","coordinates":[1,2]}'].map((text) => jsonOf(uploadMap(token, 'a.txt', text))),
  );
  const maps = uploaded.map(({ id }) => id);
  maps.push(
    (await jsonOf(uploadMap(everyone.bob.replace('Bearer ', ''), 'b.txt', 'south', { is_public: 'false' }))).id,
  );

  const { url } = server.current;
  const failures = new Map<string, string>();
  const statuses = new Map<number, number>();
  const reached = new Set<string>();
  let rawCount = 0;
  const note = (fault: string | undefined, line: () => string) => {
    const kind = fault?.replaceAll(/[0-9a-f-]{36}/g, 'ID').slice(0, 90);
    if (fault === undefined || kind === undefined || failures.has(kind)) return;
    failures.set(kind, [fault, line(), ...loggedOf(server.current, fault)].join('\n  '));
  };

  /** Answers whether a client of HTTP sends such a request at all. */
  const trySent = async (operation: Operation, sent: Sent, name: string) => {
    const answer = await sendByClient(url, sent);
    if (!answer) return false;
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (answer.status < 400) reached.add(operation.operationId);
    note(faultOf(sent, answer, secrets), () => `${name}: ${curlLine(url, sent)}`);
    return true;
  };

  const tryOne = async (operation: Operation, world: World, index: number) => {
    const dice = new Dice(seed + index);
    const sent = requestFor(operation, world, dice);
    const isRaw = index % rawEvery === 0;
    if (!isRaw && (await trySent(operation, sent, `seed ${seed}, request ${index}`))) return;
    rawCount++;
    const whole = bytesOf(url, sent);
    const bytes = dice.chance(0.5) ? spoiltMessage(whole, dice) : whole;
    for (const answer of await sendBytes(url, bytes)) {
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      note(
        generalFault(answer, isToHead(answer, bytes), secrets),
        () => `seed ${seed}, request ${index}: ${netcatLine(url, bytes)}`,
      );
    }
  };

  for (let index = 0; index < count; ) {
    const operation = operations[(index / rowLength) % operations.length] as Operation;
    const world = await worldFor(operation, everyone, maps);
    const end = Math.min(index + rowLength, count);
    for (const who of ['ann', 'root'] as const) {
      await trySent(operation, documentedRequest(operation, world, who), "the document's own");
    }
    const work = async () => {
      while (index < end) {
        const tried = index++;
        await tryOne(operation, world, tried).catch((error: Error) => {
          throw new Error(
            `seed ${seed}, request ${tried}: ${error.message}; the server printed:\n${server.current.printed().slice(-3_000)}`,
          );
        });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    if (failures.size >= manyFailures) break;
  }

  expect([...failures.values()]).toEqual([]);
  // The requests are worth something only if they get past the doors.
  expect(operations.map(({ operationId }) => operationId).filter((id) => !reached.has(id))).toEqual([]);
  for (const status of [200, 400, 401, 403, 404, 405, 409, 413, 415]) expect([...statuses.keys()]).toContain(status);
  expect((await send('/health')).status).toBe(200);
  const belongings = [password, '@example.com', fileNames.at(-1) ?? ''];
  expect(leaksIn(logsOf(server.current), belongings)).toEqual([]);
  figure({
    proof: 'fuzz requests',
    what: `requests made from openapi.yaml, ${operations.length} operations, hostile values and tokens`,
    asked: '20 000: no 5xx, no answer that the document does not tell of',
    measured: `${count.toLocaleString('en')} requests, ${rawCount.toLocaleString('en')} of them by a raw socket; 0 faults`,
  });
});

/** What cannot be read is refused with a body, since nobody can tell that it was to be HEAD. */
const isToHead = ({ status, body }: Answer, bytes: Buffer) =>
  bytes.includes('HEAD ') && !(status === 400 && body.length > 0);

test.each(Object.entries(malformed))('%s is refused as a problem document', async (_, text) => {
  const answers = await sendBytes(server.current.url, Buffer.from(text, 'latin1'), 10_000);
  expect(answers.map(({ status }) => status)).toEqual([400]);
  for (const answer of answers) expect(generalFault(answer, false, [])).toBeUndefined();
});
