import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOf } from './client';
import { datadock, jsonOf, paste, root, useServer } from './server';

jest.setTimeout(120_000);

// With MAP_WORKER=off the messages of new maps stay on the queue, for whoever takes them.

const server = useServer({ MAP_WORKER: 'off' });
const { get, aUser, uploadMap } = clientOf(server);

const processOne = () => datadock('queue', 'process-one', '--outputs', join(server.current.dataDir, 'outputs.json'));

/** The lines of the README's section on maps, as they are pasted here. */
function readmeLines(file: string): string {
  const [, lines = ''] =
    /## Maps\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  return lines
    .replaceAll('http://127.0.0.1:3000', server.current.url)
    .replaceAll('/path/to/my/file.txt', file)
    .replaceAll('npx datadock', `DATA_DIR=${server.current.dataDir} node --import tsx bin/datadock.ts`);
}

test("the README's lines, pasted as they are, lead from a new user to a guest's download", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'datadock-map-'));
  const file = join(folder, 'file.txt');
  writeFileSync(file, 'north is up\n');
  const lines = readmeLines(file);
  for (const word of [
    "users set someone@example.com 'a-long-password' 1",
    '/auth ',
    '"username"',
    "--form 'file=@",
    'process-one',
  ]) {
    expect(lines).toContain(word);
  }
  const printed = await paste(lines);
  expect(printed).toMatch(/"email":"someone@example.com","created":true/);
  expect(printed).toMatch(/HTTP\/1\.1 409 Conflict[\s\S]*retry-after: \d+[\s\S]*"code":"MapNotProcessed"/i);
  expect(printed).toMatch(/"outcome":"processed"/);
  expect(printed.endsWith('north is up\n')).toBe(true);
  rmSync(folder, { recursive: true });
});

test('process-one handles exactly one message, the oldest, and says when there is none', async () => {
  const token = await aUser('ann@example.com');
  const ids: string[] = [];
  for (const name of ['1.txt', '2.txt']) ids.push((await jsonOf(uploadMap(token, name, 'x'))).id);
  const statuses = () => Promise.all(ids.map(async (id) => (await jsonOf(get(`/maps/${id}/status`))).status));

  const first = await processOne();
  expect([first.exitCode, first.stderr]).toEqual([0, '']);
  expect(JSON.parse(first.stdout)).toEqual({
    message_id: expect.any(String),
    maps: [{ id: ids[0], outcome: 'processed' }],
  });
  expect(await statuses()).toEqual(['processed', 'pending']);
  expect((await processOne()).exitCode).toBe(0);
  expect(await statuses()).toEqual(['processed', 'processed']);

  const none = await processOne();
  expect([none.exitCode, none.stdout]).toEqual([5, '']);
  expect(JSON.parse(none.stderr)).toEqual({ code: 'QueueEmpty', details: expect.any(String) });
});
