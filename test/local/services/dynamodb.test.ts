import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import db from 'dynalite/db';
import { startDynamodb } from '../../../local/services/dynamodb/dynamodb';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dynamodb-'));
});

afterEach(() => rm(dir, { recursive: true }));

const TableName = 'Numbers';

function clientOf(endpoint: string) {
  const client = new DynamoDBClient({ endpoint, maxAttempts: 1 });
  const dynamo = DynamoDBDocumentClient.from(client);
  return {
    async createTable() {
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [
            { AttributeName: 'n', AttributeType: 'N' },
            { AttributeName: 'color', AttributeType: 'S' },
          ],
          KeySchema: [{ AttributeName: 'n', KeyType: 'HASH' }],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'ByColor',
              KeySchema: [{ AttributeName: 'color', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        }),
      );
      await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName });
    },
    put: (n: number, color = 'red') =>
      dynamo.send(new PutCommand({ TableName, Item: { n, color, text: 'x'.repeat(1000) } })),
    delete: (n: number) => dynamo.send(new DeleteCommand({ TableName, Key: { n } })),
    get: async (n: number) => (await dynamo.send(new GetCommand({ TableName, Key: { n } }))).Item,
    async numbers() {
      const found = new Set<number>();
      for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName })) {
        for (const item of Items) found.add(item['n']);
      }
      return found;
    },
    /** The colors of the numbers, as the table has them, or an index. */
    async colors(IndexName?: string) {
      const found: [number, string][] = [];
      for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName, IndexName })) {
        for (const item of Items) found.push([item['n'], item['color']]);
      }
      return found.sort(([a], [b]) => a - b);
    },
    destroy: () => client.destroy(),
  };
}

test('finds its tables and items again after a restart', async () => {
  const first = await startDynamodb({ dir });
  const before = clientOf(first.url);
  await before.createTable();
  await before.put(1);
  before.destroy();
  await first.close();

  const second = await startDynamodb({ dir });
  const after = clientOf(second.url);
  expect(await after.get(1)).toMatchObject({ n: 1 });
  after.destroy();
  await second.close();
});

async function startToBeKilled() {
  const script = `
    const { startDynamodb } = require(${JSON.stringify(resolve('local/services/dynamodb/dynamodb.ts'))});
    startDynamodb({ dir: process.argv[1] }).then(({ url }) => console.log(url));
  `;
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', script, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [url] = await once(createInterface(child.stdout), 'line');
  return { child, url, ended };
}

test('has every acknowledged item after its process was killed amid writes', async () => {
  const { child, url, ended } = await startToBeKilled();
  const writer = clientOf(url);
  await writer.createTable();

  const acknowledged: number[] = [];
  let next = 0;
  const writeUntilKilled = async () => {
    for (;;) {
      const n = next++;
      await writer.put(n);
      acknowledged.push(n);
      if (acknowledged.length === 500) child.kill('SIGKILL');
    }
  };
  await Promise.allSettled(Array.from({ length: 10 }, writeUntilKilled));
  writer.destroy();
  await ended;

  const service = await startDynamodb({ dir });
  const reader = clientOf(service.url);
  const kept = await reader.numbers();
  expect(acknowledged.length).toBeGreaterThanOrEqual(500);
  expect(acknowledged.filter((n) => !kept.has(n))).toEqual([]);
  reader.destroy();
  await service.close();
}, 30_000);

test('has its indexes agree with the items after its process was killed amid puts, changes and deletes', async () => {
  for (let kill = 0; kill < 4; kill++) {
    const { child, url, ended } = await startToBeKilled();
    const writer = clientOf(url);
    if (kill === 0) await writer.createTable();
    let writes = 0;
    const writeUntilKilled = async (_: unknown, n: number) => {
      for (;;) {
        await writer.put(n, 'red');
        await writer.put(n, 'blue');
        await writer.delete(n);
        if (++writes === 50) child.kill('SIGKILL');
      }
    };
    await Promise.allSettled(Array.from({ length: 20 }, writeUntilKilled));
    writer.destroy();
    await ended;

    const service = await startDynamodb({ dir });
    const reader = clientOf(service.url);
    const [indexed, kept] = [await reader.colors('ByColor'), await reader.colors()];
    reader.destroy();
    await service.close();
    expect(indexed).toEqual(kept);
  }
}, 60_000);

test('closes amid writes, keeps those that were acknowledged, and frees its port', async () => {
  const first = await startDynamodb({ dir });
  const writer = clientOf(first.url);
  await writer.createTable();
  const acknowledged: number[] = [];
  const writes = Array.from({ length: 200 }, async (_, n) => {
    await writer.put(n);
    acknowledged.push(n);
  });
  await Promise.any(writes);
  await first.close();
  await Promise.allSettled(writes);
  writer.destroy();
  await expect(fetch(first.url)).rejects.toThrow();

  const second = await startDynamodb({ dir });
  const reader = clientOf(second.url);
  const kept = await reader.numbers();
  expect(acknowledged.filter((n) => !kept.has(n))).toEqual([]);
  reader.destroy();
  await second.close();
});

test('outlives a client that leaves while it sends', async () => {
  const service = await startDynamodb({ dir });
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"half');
  socket.resetAndDestroy();
  await once(socket, 'close');
  expect((await fetch(service.url)).status).toBe(200);
  await service.close();
});

test('outlives a body that is no request', async () => {
  const service = await startDynamodb({ dir });
  const headers = {
    'x-amz-target': 'DynamoDB_20120810.GetItem',
    'x-amz-date': '20260102T030405Z',
    authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c',
    'content-type': 'application/x-amz-json-1.0',
  };
  const log = jest.spyOn(console, 'error').mockImplementation();
  const answer = await fetch(service.url, { method: 'POST', headers, body: 'null' });
  log.mockRestore();
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect((await fetch(service.url)).status).toBe(200);
  await service.close();
});

test('is for this machine only', async () => {
  const service = await startDynamodb({ dir });
  expect(new URL(service.url).hostname).toBe('127.0.0.1');
  await service.close();
});

test('says so when another process has its folder open', async () => {
  const service = await startDynamodb({ dir });
  await expect(startDynamodb({ dir })).rejects.toThrow(
    `the tables in ${dir} cannot be opened; is another process using them?`,
  );
  await service.close();
});

test('finishes a table whose creation was cut short', async () => {
  const first = await startDynamodb({ dir });
  const creator = clientOf(first.url);
  await creator.createTable();
  creator.destroy();
  await first.close();
  await setTableStatus('CREATING');

  const second = await startDynamodb({ dir });
  const user = clientOf(second.url);
  await user.put(1);
  expect(await user.get(1)).toBeDefined();
  user.destroy();
  await second.close();
});

async function setTableStatus(TableStatus: string): Promise<void> {
  const { db: level } = db.create({ path: dir, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  for await (const [key, table] of level.iterator({ gte: 'table~', lt: 'table~\uffff' })) {
    await level.put(key, { ...(table as object), TableStatus });
  }
  await level.close();
}
