import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callsOfProcessing, callsOfRoutes } from '../../lib/costs/calls-of-routes';
import { routes } from '../../src/api/routes';
import { clientOf, password } from './client';
import { datadock, jsonOf, useServer } from './server';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'datadock-calls-'));
const noted = join(folder, 'calls.txt');
afterAll(() => rmSync(folder, { recursive: true }));

// Maps are processed when the test asks for it.
const server = useServer({
  MAP_WORKER: 'off',
  CALLS_FILE: noted,
  NODE_OPTIONS: `--import=${join(__dirname, 'note-calls.mjs')}`,
});
const { send, get, post, upload, uploadMap, codeFor, login } = clientOf(server);

const emptied = () => writeFileSync(noted, '');
/** Without those to queues, whose consumers ask them all the time. */
const sorted = (calls: readonly string[]) => calls.filter((call) => call && !call.startsWith('sqs:')).sort();
const notedCalls = () => sorted(readFileSync(noted, 'utf8').split('\n'));

/** What each route was seen to call, by its key. */
const seen: Record<string, readonly string[]> = {};

/** Sends a request, which must succeed, notes what it has called, and gives its JSON. */
async function ask(key: string, request: () => Promise<Response>) {
  emptied();
  const response = await request();
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${key}: ${response.status} ${text}`);
  seen[key] = notedCalls();
  return text.startsWith('{') ? JSON.parse(text) : undefined;
}

test('each route makes the calls that the table of costs is made from', async () => {
  const email = 'ann@example.com';
  await ask('auth/signup', () => post('/auth/signup', { email, password }));
  await ask('auth/resend', () => post('/auth/resend', { email }));
  const code = await codeFor(email);
  await ask('auth/confirm', () => post('/auth/confirm', { email, code }));
  await login(email); // The first one claims a home.
  await ask('auth/token', () => post('/auth', { username: email, password }));
  const { access_token: ann, refresh_token } = await ask('auth/login', () => post('/auth/login', { email, password }));
  await ask('auth/refresh', () => post('/auth/refresh', { refresh_token }));
  await ask('me', () => get('/me', ann));

  await ask('files/list', () => get('/files', ann));
  const { id } = await ask('files/create', () => upload(ann, 'a.csv', Buffer.from('n\n1\n')));
  await ask('files/describe', () => get(`/files/${id}`, ann));
  await ask('files/read', () => get(`/files/${id}/content`, ann));
  await ask('files/head', () => send(`/files/${id}/content`, { method: 'HEAD' }, ann));
  await ask('files/replace', () => send(`/files/${id}/content`, { method: 'PUT', body: 'n\n2\n' }, ann));
  await ask('files/link', () => post(`/files/${id}/link`, {}, ann));
  await ask('files/query', () => post(`/files/${id}/query`, { expression: 'SELECT * FROM S3Object' }, ann));
  await ask('files/delete', () => send(`/files/${id}`, { method: 'DELETE' }, ann));

  const begun = await ask('uploads/create', () => post('/uploads', { name: 'b.csv', size: 4 }, ann));
  await fetch(begun.parts[0].url, { method: 'PUT', body: 'n\n3\n' });
  await ask('uploads/read', () => get(`/uploads/${begun.id}`, ann));
  await ask('uploads/complete', () => post(`/uploads/${begun.id}/complete`, {}, ann));
  const dropped = await jsonOf(post('/uploads', { name: 'c.csv', size: 4 }, ann));
  await ask('uploads/abort', () => send(`/uploads/${dropped.id}`, { method: 'DELETE' }, ann));

  const files = [{ filename: 'file1.txt', creationDate: '2024-06-12T12:00:00Z' }];
  await ask('sla-errors/report', () => post('/sla-errors', { sla_error: [{ folder: 'A', sla: 20, files }] }, ann));
  await ask('sla-errors/list', () => get('/sla-errors', ann));

  await ask('interactions/read', () => get('/interactions/4?topic=sand&match=asof', ann));
  await ask('interactions/statistics', () => get('/statistics/interactions?group_by=channel', ann));
  await ask('interactions/quality', () => get('/data-quality', ann));
  const { access_token: admin } = await login('demo@example.com', 'Datadock-demo-1');
  const products = {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: 'Month,Product\n01-2019,Wood\n02-2019,Sand\n',
  };
  await ask('imports/create', () => send('/imports/products', products, admin));

  const map = await ask('maps/create', () => uploadMap(ann, 'a.txt', 'north is up'));
  emptied();
  await datadock('queue', 'process-one', '--outputs', join(server.current.dataDir, 'outputs.json'));
  expect(notedCalls()).toEqual(sorted(callsOfProcessing.calls));
  await ask('maps/list', () => get('/maps', ann));
  await ask('maps/status', () => get(`/maps/${map.id}/status`));
  await ask('maps/read', () => get(`/maps/${map.id}`));
  await ask('maps/link', () => post(`/maps/${map.id}/link`, {}, ann));
  const share = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"is_public":true}' };
  await ask('maps/share', () => send(`/maps/${map.id}`, share, ann));

  await ask('limits', () => get('/limits'));
  await ask('health', () => get('/health'));
  await ask('openapi', () => get('/openapi.json'));
  await ask('docs', () => get('/docs'));
  await ask('interactions/page', () => get('/interactions'));

  await ask('auth/logout', () => post('/auth/logout', {}, ann));
  await ask('auth/forgot', () => post('/auth/forgot', { email }));
  const newCode = await codeFor(email);
  await ask('auth/reset', () => post('/auth/reset', { email, code: newCode, password: 'Another-horse-1' }));

  expect(seen).toEqual(
    Object.fromEntries(Object.entries(callsOfRoutes).map(([key, { calls }]) => [key, sorted(calls)])),
  );
  expect(Object.keys(seen).sort()).toEqual(routes.map(({ key }) => key).sort());
});
