import { createHash, randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { figure } from '../proof/figure';
import { clientOf } from './client';
import { jsonOf, type RunningServer, startServer } from './server';

/** `npm run proof` asks for more. */
declare const askedKills: number | undefined;
/** How often the server is killed. */
const kills = typeof askedKills === 'undefined' ? 20 : askedKills;
const directUploadsAtOnce = 3;
const uploadsInPartsAtOnce = 2;
const largestBytes = 4 * 1024 * 1024;

jest.setTimeout(20_000 * kills);

const dataDir = mkdtempSync(join(tmpdir(), 'datadock-crash-'));
let server: RunningServer;
const running = {
  get current() {
    return server;
  },
};
const { get, post, upload, aUser, send } = clientOf(running);
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

/** An upload in parts that was begun. */
interface Begun {
  readonly id: string;
  readonly bytes: Buffer;
  /** Numbers of the parts that were acknowledged. */
  readonly received: Set<number>;
  isCompleting: boolean;
}

interface PartsAnswer {
  readonly id: string;
  readonly part_size: number;
  readonly parts: readonly { readonly number: number; readonly url: string; readonly received: boolean }[];
}

test(`${kills} times killed in the middle of uploads, it has every file and part that it acknowledged, and no half one`, async () => {
  server = await startServer(dataDir);
  const token = await aUser('ann@example.com');
  /** By name, the digests that the file may have: what was sent last, and what it was before. */
  const sent = new Map<string, Set<string>>();
  const acknowledged = new Set<string>();
  /** Called when the server has acknowledged anything. */
  let onAnswer = () => {};
  const figures = { files: 0, parts: 0, resumed: 0 };

  /** Creates files, and replaces some, until the server is gone. */
  async function uploadDirectly(worker: string): Promise<void> {
    for (let count = 0; ; count++) {
      const bytes = randomBytes(randomInt(1, largestBytes));
      const name = `${worker}-${count}`;
      sent.set(name, new Set([sha256(bytes)]));
      const created = await jsonOf(upload(token, name, bytes));
      if (created.sha256 !== sha256(bytes)) throw new Error(`${name} was refused: ${created.detail}`);
      acknowledged.add(name);
      onAnswer();
      if (count % 2 === 0) continue;
      const other = randomBytes(randomInt(1, largestBytes));
      sent.get(name)?.add(sha256(other));
      const replaced = await send(`/files/${created.id}/content`, { method: 'PUT', body: other }, token);
      if (replaced.status === 200) sent.set(name, new Set([sha256(other)]));
    }
  }

  /** Begins uploads in two parts, sends them and completes them, until the server is gone. */
  async function uploadInParts(worker: string, begun: Begun[]): Promise<void> {
    for (let count = 0; ; count++) {
      const bytes = randomBytes(8 * 1024 * 1024 + randomInt(1, largestBytes));
      const name = `${worker}-${count} in parts`;
      sent.set(name, new Set([sha256(bytes)]));
      const session: PartsAnswer = await jsonOf(post('/uploads', { name, size: bytes.length }, token));
      const here: Begun = { id: session.id, bytes, received: new Set(), isCompleting: false };
      begun.push(here);
      await sendMissing(session, here);
      here.isCompleting = true;
      const answer = await send(`/uploads/${session.id}/complete`, { method: 'POST' }, token);
      if (answer.status !== 200) throw new Error(`${name} was not completed: ${await answer.text()}`);
      await answer.text();
      acknowledged.add(name);
    }
  }

  async function sendMissing({ parts, part_size }: PartsAnswer, { bytes, received }: Begun): Promise<void> {
    for (const { number, url } of parts.filter((part) => !part.received)) {
      const body = bytes.subarray((number - 1) * part_size, number * part_size);
      const answer = await fetch(url, { method: 'PUT', body });
      if (answer.status !== 200) throw new Error(`part ${number} was refused: ${await answer.text()}`);
      received.add(number);
      onAnswer();
      figures.parts++;
    }
  }

  /** What was not completed has the parts that were acknowledged, and is completed now. */
  async function resume(begun: readonly Begun[]): Promise<void> {
    for (const each of begun) {
      const answer = await get(`/uploads/${each.id}`, token);
      if (answer.status === 404 && each.isCompleting) continue; // Completed, with or without our knowing.
      expect(answer.status).toBe(200);
      const session: PartsAnswer = await jsonOf(answer);
      const there = session.parts.filter(({ received }) => received).map(({ number }) => number);
      expect(there).toEqual(expect.arrayContaining([...each.received]));
      await sendMissing(session, each);
      const completed = await send(`/uploads/${each.id}/complete`, { method: 'POST' }, token);
      expect(completed.status).toBe(200);
      acknowledged.add((await jsonOf(completed)).name);
      figures.resumed++;
    }
  }

  for (let round = 0; round < kills; round++) {
    const begun: Begun[] = [];
    const answered = new Promise<void>((resolve) => {
      onAnswer = resolve;
    });
    const workers = [
      ...Array.from({ length: directUploadsAtOnce }, (_, each) => uploadDirectly(`${round}-${each}`)),
      ...Array.from({ length: uploadsInPartsAtOnce }, (_, each) => uploadInParts(`${round}-${each}`, begun)),
    ].map((work) => work.catch((error: Error) => error));
    // Not before it has answered at all: a machine that is busy would be killed at nothing.
    await Promise.race([answered, Promise.all(workers)]);
    await sleep(randomInt(600));
    await server.stop('SIGKILL');
    const endings = await Promise.all(workers);
    // Only the end of the server ends the work: fetch says so by a TypeError, a body that was cut by a SyntaxError.
    const others = endings.filter((ending) => !['TypeError', 'SyntaxError'].includes(ending?.name ?? ''));
    expect(others).toEqual([]);

    server = await startServer(dataDir);
    await resume(begun);
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
      figures.files++;
    }
  }
  expect(figures.files).toBeGreaterThanOrEqual(kills);
  if (typeof askedKills !== 'undefined') {
    figure({
      proof: 'uploads',
      what: 'the server killed amid uploads and replacements',
      asked: 'what was acknowledged is there, byte for byte',
      measured: `${kills} kills: ${figures.files} files whole, ${figures.parts} parts sent, ${figures.resumed} uploads resumed`,
    });
  }
});
