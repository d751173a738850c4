import { createHash, randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientOf } from './client';
import { jsonOf, type RunningServer, startServer } from './server';

/** How often the server is killed. `KILLS=100 npx jest test/end-to-end/crash` for more. */
const kills = Number(process.env['KILLS'] ?? 20);
const uploadsAtOnce = 4;
const largestBytes = 4 * 1024 * 1024;

jest.setTimeout(20_000 * kills);

const dataDir = mkdtempSync(join(tmpdir(), 'datadock-crash-'));
let server: RunningServer;
const running = {
  get current() {
    return server;
  },
};
const { get, upload, aUser, send } = clientOf(running);
afterAll(async () => {
  await server.stop('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}

test(`${kills} times killed in the middle of uploads, it has every file that it acknowledged, and no half one`, async () => {
  server = await startServer(dataDir);
  const token = await aUser('ann@example.com');
  /** By name, the digests that the file may have: what was sent last, and what it was before. */
  const sent = new Map<string, Set<string>>();
  const acknowledged = new Set<string>();

  /** Creates files, and replaces some, until the server is gone. */
  async function work(worker: string): Promise<void> {
    for (let count = 0; ; count++) {
      const bytes = randomBytes(randomInt(1, largestBytes));
      const name = `${worker}-${count}`;
      sent.set(name, new Set([sha256(bytes)]));
      const created = await jsonOf(upload(token, name, bytes));
      if (created.sha256 !== sha256(bytes)) throw new Error(`${name} was refused: ${created.detail}`);
      acknowledged.add(name);
      if (count % 2 === 0) continue;
      const other = randomBytes(randomInt(1, largestBytes));
      sent.get(name)?.add(sha256(other));
      const replaced = await send(`/files/${created.id}/content`, { method: 'PUT', body: other }, token);
      if (replaced.status === 200) sent.set(name, new Set([sha256(other)]));
    }
  }

  for (let round = 0; round < kills; round++) {
    const workers = Array.from({ length: uploadsAtOnce }, (_, each) =>
      work(`${round}-${each}`).catch((error) => error),
    );
    await sleep(randomInt(30, 500));
    await server.stop('SIGKILL');
    const endings = await Promise.all(workers);
    // Only the end of the server ends the work: fetch says so by a TypeError, a body that was cut by a SyntaxError.
    expect(endings.map(({ name }) => name).filter((name) => !['TypeError', 'SyntaxError'].includes(name))).toEqual([]);

    server = await startServer(dataDir);
    const { data, next_cursor } = await jsonOf(get('/files?limit=1000', token));
    expect(next_cursor).toBeNull();
    const listed: readonly Listed[] = data;
    expect([...acknowledged].filter((name) => !listed.some((file) => file.name === name))).toEqual([]);
    for (const { id, name, size } of listed) {
      const bytes = Buffer.from(await (await get(`/files/${id}/content`, token)).arrayBuffer());
      expect([name, bytes.length, sent.get(name)?.has(sha256(bytes))]).toEqual([name, size, true]);
      expect((await send(`/files/${id}`, { method: 'DELETE' }, token)).status).toBe(200);
      sent.delete(name);
      acknowledged.delete(name);
    }
  }
});
