import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOf, expectProblem } from './client';
import { jsonOf, type RunningServer, startServer } from './server';

jest.setTimeout(120_000);

const dataDir = mkdtempSync(join(tmpdir(), 'datadock-full-'));
let server: RunningServer;
const { get, post, send, upload, aUser } = clientOf({
  get current() {
    return server;
  },
});
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('a write that the disk does not take is a 500 that leaves nothing, and the server lives', async () => {
  server = await startServer(dataDir);
  const token = await aUser('ann@example.com');
  await upload(token, 'kept.csv', Buffer.from('old\n'));
  await server.stop();

  // Files of more than a megabyte or two are refused by the system, as all are when a disk is full.
  server = await startServer(dataDir, 'ulimit -f 2048');
  const tooMuch = Buffer.alloc(4_000_000, 'x');
  await expectProblem(await upload(token, 'new.csv', tooMuch), 500, 'InternalError');
  const [kept] = (await jsonOf(get('/files?prefix=kept', token))).data;
  const replace = { method: 'PUT', body: tooMuch, headers: { 'content-type': 'text/csv' } };
  await expectProblem(await send(`/files/${kept.id}/content`, replace, token), 500, 'InternalError');

  const session = await jsonOf(post('/uploads', { name: 'parts.bin', size: tooMuch.length }, token));
  expect((await fetch(session.parts[0].url, { method: 'PUT', body: tooMuch })).status).toBe(500);
  expect((await jsonOf(get(`/uploads/${session.id}`, token))).parts[0].received).toBe(false);

  const { data } = await jsonOf(get('/files', token));
  expect(data.map(({ name }: { name: string }) => name)).toEqual(['kept.csv']);
  expect(await (await get(`/files/${kept.id}/content`, token)).text()).toBe('old\n');
  expect((await upload(token, 'small.csv', Buffer.from('fits\n'))).status).toBe(200);
});
