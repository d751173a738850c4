import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DeleteTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { routes } from '../../../src/api/routes';
import { figure } from '../../proof/figure';
import { clientOf } from '../client';
import { type Operation, operations } from '../fuzz/document';
import { datadock, jsonOf, printedBy, spawnDatadock, useServer } from '../server';
import { servicesOf } from '../services';
import { leaksIn, logsOf } from './logs';
import { canary, type Planted, plantedIn } from './planted';

// Every route and every command, with a canary in each of their fields; then the same with the tables gone, so that what was
// taken fails within. Nothing that was sent may stand in a log, nor any token, code or signature that was answered.

jest.setTimeout(600_000);

const server = useServer();
const { send, post, codeFor, login } = clientOf(server);

const email = `${canary}@example.com`;
const admin = `${canary}-admin@example.com`;
const password = `${canary}-A1 secret`;
const secrets = new Set([canary, password, '@example.com']);
const folder = mkdtempSync(join(tmpdir(), 'datadock-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let token = '';
let adminToken = '';
const ids: Record<'files' | 'uploads' | 'maps', string> = { files: '', uploads: '', maps: '' };

/** Everything in an answer that lets somebody in. */
const keep = (text: string) => {
  for (const [found] of text.matchAll(/eyJ[\w.-]{40,}|(?<=X-Amz-Signature=)[0-9a-f]{64}/g)) secrets.add(found);
  return text;
};

const signIn = async () => {
  const tokens = await login(email, password);
  keep(JSON.stringify(tokens));
  token = tokens.access_token ?? token; // Without tables there is none.
  return tokens;
};

const mailedCode = async (to: string) => {
  const code = await codeFor(to);
  secrets.add(code);
  return code;
};

const csv = `${canary},v\n${canary}-field,1\n`;
const uploadFile = (name: string) =>
  send(`/files?name=${name}`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: csv }, token);
const formOf = (name: string, content: string) => {
  const form = new FormData();
  form.set('file', new Blob([content]), name);
  return form;
};
const customers = () => `Customer Number,Type\n77,${canary}\n`;
const theFile = () => `/files/${ids.files}`;
let uploads = 0;
const anUpload = async () => {
  const session = await jsonOf(post('/uploads', { name: `${canary}-${uploads++}.csv`, size: csv.length }, token));
  keep(JSON.stringify(session));
  ids.uploads = session.id;
  for (const { url } of session.parts) await fetch(url, { method: 'PUT', body: csv });
};
/** Follows a signed URL as it is, and with a signature that is wrong. */
const followed = async (response: Response) => {
  const { url } = JSON.parse(keep(await response.clone().text()));
  if (url === undefined) return response;
  await fetch(url);
  await fetch(url.replace(/.$/, (last: string) => (last === '0' ? '1' : '0')));
  return response;
};

/** One good request for each route, in an order in which all can be good. A new route needs one here. */
const journeys: Readonly<Record<string, () => Promise<Response>>> = {
  'auth/signup': () => post('/auth/signup', { email, password }),
  'auth/resend': () => post('/auth/resend', { email }),
  'auth/confirm': async () => post('/auth/confirm', { email, code: await mailedCode(email) }),
  'auth/login': () => post('/auth/login', { email, password }),
  'auth/token': () => post('/auth', { username: email, password }),
  'auth/refresh': async () => post('/auth/refresh', { refresh_token: (await signIn())['refresh_token'] }),
  'auth/logout': () => post('/auth/logout', undefined, token),
  'auth/forgot': () => post('/auth/forgot', { email }),
  'auth/reset': async () => {
    const answer = await post('/auth/reset', { email, code: await mailedCode(email), password });
    await signIn();
    return answer;
  },
  me: () => send('/me', {}, token),
  'files/create': async () => {
    const answer = await uploadFile(`${canary}.csv`);
    ids.files = (await jsonOf(answer.clone())).id ?? ids.files;
    return answer;
  },
  'files/list': () => send(`/files?prefix=${canary}`, {}, token),
  'files/describe': () => send(theFile(), {}, token),
  'files/read': () => send(`${theFile()}/content`, {}, token),
  'files/head': () => send(`${theFile()}/content`, { method: 'HEAD' }, token),
  'files/replace': () =>
    send(`${theFile()}/content`, { method: 'PUT', headers: { 'content-type': 'text/csv' }, body: csv }, token),
  'files/link': async () => followed(await post(`${theFile()}/link`, { expires_in: 60 }, token)),
  'files/query': () =>
    post(`${theFile()}/query`, { expression: `SELECT v, '${canary}' FROM S3Object WHERE v <> '${canary}'` }, token),
  'files/delete': async () => {
    const { id } = await jsonOf(uploadFile(`${canary}-other.csv`));
    return send(`/files/${id ?? ids.files}`, { method: 'DELETE' }, token);
  },
  'uploads/create': () => post('/uploads', { name: `${canary}-new.csv`, size: 7 }, token),
  'uploads/read': async () => {
    await anUpload().catch(() => {}); // Without tables there is none.
    return send(`/uploads/${ids.uploads}`, {}, token);
  },
  'uploads/complete': () => send(`/uploads/${ids.uploads}/complete`, { method: 'POST' }, token),
  'uploads/abort': async () => {
    await anUpload().catch(() => {});
    return send(`/uploads/${ids.uploads}`, { method: 'DELETE' }, token);
  },
  'sla-errors/report': () =>
    post(
      '/sla-errors',
      { sla_error: [{ folder: canary, sla: 20, files: [{ filename: canary, creationDate: '2024-06-12T12:00:00Z' }] }] },
      token,
    ),
  'sla-errors/list': () => send(`/sla-errors?folder=${canary}`, {}, token),
  'imports/create': () =>
    send(
      '/imports/customers',
      { method: 'POST', headers: { 'content-type': 'text/csv' }, body: customers() },
      adminToken,
    ),
  'interactions/read': () => send('/interactions/4', {}, token),
  'interactions/statistics': () => send('/statistics/interactions?group_by=customer_type', {}, token),
  'interactions/quality': () => send('/data-quality', {}, token),
  'maps/create': async () => {
    const answer = await send('/maps', { method: 'POST', body: formOf(`${canary}.txt`, canary) }, token);
    const { id } = await jsonOf(answer.clone());
    if (id) ids.maps = id;
    for (let tries = 0; id && tries < 200; tries++) {
      if ((await jsonOf(send(`/maps/${id}/status`))).status === 'processed') break;
      await wait(50);
    }
    return answer;
  },
  'maps/list': () => send('/maps', {}, token),
  'maps/read': () => send(`/maps/${ids.maps}`, {}, token),
  'maps/status': () => send(`/maps/${ids.maps}/status`, {}, token),
  'maps/share': () =>
    send(
      `/maps/${ids.maps}`,
      { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"is_public":false}' },
      token,
    ),
  'maps/link': async () => followed(await post(`/maps/${ids.maps}/link`, { expires_in: 60 }, token)),
  limits: () => send('/limits'),
  health: () => send('/health'),
  openapi: () => send('/openapi.json'),
  docs: () => send('/docs'),
  'interactions/page': () => send('/interactions'),
};

/** Follows each, and gives the status of its answer by the route. */
async function followAll(): Promise<ReadonlyMap<string, number>> {
  const statuses = new Map<string, number>();
  for (const [key, journey] of Object.entries(journeys)) {
    const answer = await journey();
    keep(await answer.text());
    statuses.set(key, answer.status);
  }
  return statuses;
}

const outputsFile = () => join(server.current.dataDir, 'outputs.json');
const command = (...args: string[]) =>
  printedBy(spawnDatadock([...args, '--outputs', outputsFile()], { DATADOCK_PASSWORD: password }));

const fileOf = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** Each command once as it should be, and once so that it fails. A new command needs a row here. */
const commands: Readonly<Record<string, () => Promise<{ readonly stderr: string }>[]>> = {
  stats: () => [
    command('stats', '--user', email, '--key', `${canary}.csv`),
    command('stats', '--user', email, '--file', fileOf('events.csv', `1795676787,"${canary}","${canary}"\n`)),
  ],
  import: () => [
    command('import', 'customers', fileOf('customers.csv', customers())),
    command('import', 'customers', fileOf('broken.csv', `Customer Number,Type\n${canary},${canary}\n`)),
  ],
  query: () => [
    datadock('query', fileOf('towns.csv', csv), `SELECT '${canary}' FROM S3Object`),
    datadock('query', fileOf('towns.csv', csv), `SELECT ${canary} FROM S3Object`),
  ],
  users: () => [
    command('users', 'set', `other-${email}`, password, '1'),
    command('users', 'set', `nobody-${email}`, '--active', '0'),
  ],
  queue: () => [command('queue', 'process-one')],
  smoke: () => [command('smoke')],
};

const linesOfRoutes = () =>
  logsOf(server.current).flatMap((line): { route?: string; status?: number; level?: string; message?: string }[] => {
    const [json] = /\{.*\}$/.exec(line) ?? [];
    return json === undefined ? [] : [JSON.parse(json)];
  });

async function sendPlanted({ path, init, isSignedIn }: Planted, operation: Operation): Promise<number> {
  const isAdmin = operation.path.startsWith('/imports');
  const answer = await send(
    path,
    init,
    isSignedIn && operation.security.length > 0 ? (isAdmin ? adminToken : token) : undefined,
  );
  keep(await answer.text());
  return answer.status;
}

const idOf = (path: string) => ids[path.split('/')[1] as keyof typeof ids] ?? 'x';

test('every route has its journey, and every command its row', async () => {
  expect(Object.keys(journeys).toSorted()).toEqual(routes.map(({ key }) => key).toSorted());
  const { stdout } = await datadock('--help');
  const [, listed = ''] = stdout.split('Commands:\n');
  const names = [...listed.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name).filter((name) => name !== 'help');
  expect(Object.keys(commands)).toEqual(names);
});

test('what each route is given in good order is not in a log, nor what it answers', async () => {
  await command('users', 'set', admin, password, '--group', 'admin');
  adminToken = (await login(admin, password)).access_token;
  secrets.add(adminToken);
  const statuses = await followAll();
  expect([...statuses].filter(([, status]) => status !== 200)).toEqual([]);
  const logged = new Set(linesOfRoutes().flatMap(({ route, status }) => (status === 200 ? [route] : [])));
  expect(routes.map(({ key }) => key).filter((key) => !logged.has(key))).toEqual([]);
  expect(leaksIn(logsOf(server.current), secrets)).toEqual([]);
});

let plantedCount = 0;

test('what stands in any field of any route is not in a log, whether it is taken or refused', async () => {
  for (const operation of operations) {
    for (const planted of plantedIn(operation, idOf)) {
      plantedCount++;
      const status = await sendPlanted(planted, operation);
      expect([operation.operationId, planted.field, status < 500]).toEqual([
        operation.operationId,
        planted.field,
        true,
      ]);
      if (operation.operationId === 'filesDelete') await uploadFile(`${canary}.csv`);
      if (operation.operationId === 'authLogout') await signIn();
    }
  }
  await fetch(`${server.current.url}/${canary}?${canary}`);
  await fetch(`${server.current.url}/graphql`, {
    method: 'POST',
    headers: { authorization: token, 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ fetchUser(id: "${canary}") { id ${canary} } }` }),
  });
  expect(leaksIn(logsOf(server.current), secrets)).toEqual([]);
});

test('an answer that is cut is logged without the field that was at fault', async () => {
  const rows = `v\n${'1\n'.repeat(400_000)}${canary}\n`;
  const { id } = await jsonOf(
    send(
      `/files?name=${canary}-cut.csv`,
      { method: 'POST', headers: { 'content-type': 'text/csv' }, body: rows },
      token,
    ),
  );
  const answer = await post(`/files/${id}/query`, { expression: 'SELECT CAST(v AS INT) FROM S3Object' }, token);
  await expect(answer.text()).rejects.toThrow();
  const cut = linesOfRoutes().filter(({ message }) => message === 'answer cut');
  expect(cut).toMatchObject([{ error: { name: 'SqlError', code: 'CastFailed' } }]);
  expect(leaksIn(logsOf(server.current), secrets)).toEqual([]);
});

test('a message of the queue that cannot be read is logged without what it holds', async () => {
  const { sqs, outputs } = servicesOf(server.current.dataDir);
  const bodies = [
    canary,
    `{"Records":[{"eventSource":"aws:s3","s3":{"bucket":{"name":"${canary}"},"object":{"key":"${canary}"}}}]}`,
  ];
  for (const MessageBody of bodies)
    await sqs.send(new SendMessageCommand({ QueueUrl: outputs['MapsQueueUrl'], MessageBody }));
  sqs.destroy();
  const refused = () => logsOf(server.current).filter((line) => line.includes('"outcome":"refused"'));
  for (let tries = 0; refused().length < bodies.length && tries < 200; tries++) await wait(50);
  expect(refused()).toHaveLength(bodies.length);
  expect(leaksIn(logsOf(server.current), secrets)).toEqual([]);
});

test('the commands leave nothing in the logs, and no secret on stderr', async () => {
  for (const runs of Object.values(commands)) {
    for (const { stderr } of await Promise.all(runs())) expect(leaksIn([stderr], keysAlone())).toEqual([]);
  }
  expect(leaksIn(logsOf(server.current), secrets)).toEqual([]);
});

/** People at a terminal are told which of their words was wrong; what lets them in is not among them. */
const keysAlone = () => [...secrets].filter((secret) => secret !== canary && secret !== '@example.com');

test('failures within are logged without any of it: every table is gone', async () => {
  const { dynamo, outputs } = servicesOf(server.current.dataDir);
  const { TableNames = [] } = await dynamo.send(new ListTablesCommand());
  const accounts = outputs['AccountsTable'] ?? '';
  const drop = async (names: readonly string[]) => {
    for (const TableName of names) await dynamo.send(new DeleteTableCommand({ TableName }));
    await wait(1_000); // A table goes in the background.
  };
  await drop(TableNames.filter((name) => name !== accounts));
  const within = await followAll();
  await drop([accounts]);
  const atTheDoor = await followAll();
  dynamo.destroy();

  const failed = [...within, ...atTheDoor].filter(([, status]) => status === 500).map(([key]) => key);
  const expected = routes.filter(({ access }) => access !== 'open').map(({ key }) => key);
  expect(expected.filter((key) => !failed.includes(key))).toEqual([]);
  const logs = logsOf(server.current);
  expect(logs.filter((line) => line.includes('"request failed"')).length).toBeGreaterThanOrEqual(failed.length);
  expect(leaksIn(logs, secrets)).toEqual([]);
  figure({
    proof: 'secrets',
    what: `${routes.length} routes, ${Object.keys(commands).length} commands, ${plantedCount} requests with a canary in one field, and all routes again without tables`,
    asked: 'no password, token, code, signature, address, file name or content in any log',
    measured: `${logs.length.toLocaleString('en')} lines of logs, ${secrets.size} secrets, 0 found`,
  });
});

test('the search finds what it should', () => {
  const mails = readFileSync(join(server.current.dataDir, 'mailbox.json'), 'utf8');
  for (const text of [
    mails,
    `x${Buffer.from(`a${canary}b`).toString('base64url')}`,
    encodeURIComponent(password),
    `code ${[...secrets].find((each) => /^\d+$/.test(each))}`,
  ]) {
    expect(leaksIn([text], secrets)).toEqual([text]);
  }
  expect(leaksIn(['{"message":"request","duration_ms":12}'], secrets)).toEqual([]);
});
