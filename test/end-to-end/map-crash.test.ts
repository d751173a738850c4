import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { figure } from '../proof/figure';
import { clientOf } from './client';
import { jsonOf, type RunningServer, startServer } from './server';
import { servicesOf } from './services';

/** `npm run proof` asks for more. */
declare const askedMaps: number | undefined;
declare const askedMapKills: number | undefined;
const maps = typeof askedMaps === 'undefined' ? 50 : askedMaps;
const kills = typeof askedMapKills === 'undefined' ? 2 : askedMapKills;
const uploadsAtOnce = 4;

// The processor runs in threads of the server's process: a kill -9 is one of that process, and takes S3, the queue and the
// tables with it.

jest.setTimeout(300_000 + 20_000 * kills);

const dataDir = mkdtempSync(join(tmpdir(), 'datadock-map-crash-'));
let server: RunningServer;
const running = {
  get current() {
    return server;
  },
};
const { get, aUser, uploadMap } = clientOf(running);
afterAll(async () => {
  await server.stop('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** The queue, as a client of the embedded SQS knows it. */
function openQueue() {
  const { sqs, outputs } = servicesOf(dataDir);
  const { MapsQueueUrl: QueueUrl } = outputs;
  return {
    /** So that what a killed processor has left is soon delivered again; restarts leave it so. */
    hasten: () => sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '2' } })),
    async messages(): Promise<number> {
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
      return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
    },
  };
}

/** Files by the state that their maps must end in. */
const files = [
  ['town.txt', 'north is up', 'processed'],
  ['town.geojson', '{"type":"Point","coordinates":[5.3,60.4]}', 'processed'],
  ['empty.png', '', 'failed'],
  ['broken.geojson', '{"type":', 'failed'],
] as const;

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

async function allMaps(token: string): Promise<readonly Listed[]> {
  const found: Listed[] = [];
  for (let cursor = ''; ; ) {
    const { data, next_cursor } = await jsonOf(get(`/maps?limit=1000${cursor}`, token));
    found.push(...data);
    if (next_cursor === null) return found;
    cursor = `&cursor=${next_cursor}`;
  }
}

test(`of ${maps} maps, uploaded while the processor is killed ${kills} times, none is lost and each ends once, as it must`, async () => {
  server = await startServer(dataDir);
  await openQueue().hasten();
  const token = await aUser('ann@example.com');
  /** By id, the state that an acknowledged map must end in. */
  const acknowledged = new Map<string, string>();
  let begun = 0;

  async function upload(most: number): Promise<void> {
    while (acknowledged.size < most) {
      const [name, content, ending] = files[begun++ % files.length] ?? files[0];
      const { id } = await jsonOf(uploadMap(token, name, content));
      acknowledged.set(id, ending);
    }
  }

  for (let round = 0; round <= kills; round++) {
    const most = Math.ceil((maps * (round + 1)) / (kills + 1));
    const uploads = Array.from({ length: uploadsAtOnce }, () => upload(most).catch((error: Error) => error));
    if (round < kills) {
      await sleep(randomInt(100, 1500));
      await server.stop('SIGKILL');
    }
    const endings = (await Promise.all(uploads)).filter(Boolean);
    // Only the end of the server ends an upload: fetch says so by a TypeError, a body that was cut by a SyntaxError.
    expect(endings.filter((ending) => !['TypeError', 'SyntaxError'].includes((ending as Error).name))).toEqual([]);
    if (round < kills) server = await startServer(dataDir);
  }
  await upload(maps);

  // What was not acknowledged may be there, but not half: it ends, too.
  const isOver = ({ status }: Listed) => status === 'processed' || status === 'failed';
  let found = await allMaps(token);
  while (!found.every(isOver)) {
    await sleep(200);
    found = await allMaps(token);
  }
  const states = new Map(found.map(({ id, status }) => [id, status]));
  expect(states.size).toBe(found.length);
  const others = [...acknowledged].filter(([id, ending]) => states.get(id) !== ending);
  // Whose processor was killed at each of its five receives is given up, and says so; that takes as many kills.
  const statuses = await Promise.all(others.map(async ([id]) => [id, await jsonOf(get(`/maps/${id}/status`, token))]));
  const wrong = statuses.filter(([, { reason }]) => kills < 5 || !/given it up/.test(reason));
  expect(wrong).toEqual([]);
  expect(acknowledged.size).toBeGreaterThanOrEqual(maps);
  if (typeof askedMapKills !== 'undefined') {
    // Messages that are still on their way change nothing any more.
    const queue = openQueue();
    while ((await queue.messages()) > 0) await sleep(1000);
    expect(await allMaps(token)).toEqual(found);
    const failed = found.filter(({ status }) => status === 'failed').length;
    figure({
      proof: 'maps',
      what: 'the processor and the server killed with maps on their way',
      asked: 'each acknowledged map ends once, processed or failed',
      measured: `${kills} kills: ${acknowledged.size} maps acknowledged, ${found.length - failed} processed, ${failed} failed, ${others.length} of them given up`,
    });
  }
});
