import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { startDynamodb } from '../../local/services/dynamodb/dynamodb';
import { dynamoMapStore, type MapRecord, type MapStore } from '../../src/aws/map-store';

// Against a real table: what counts are its conditions. Another DynamoDB is taken when DYNAMODB_ENDPOINT names one.

const TableName = `maps-${randomUUID()}`;
const minute = 60_000;
let maps: MapStore;
let close = async () => {};

beforeAll(async () => {
  let endpoint = process.env['DYNAMODB_ENDPOINT'];
  if (!endpoint) {
    const dir = await mkdtemp(join(tmpdir(), 'maps-'));
    const service = await startDynamodb({ dir });
    endpoint = service.url;
    close = async () => {
      await service.close();
      await rm(dir, { recursive: true });
    };
  }
  Object.assign(process.env, { MAPS_TABLE: TableName, AWS_ENDPOINT_URL_DYNAMODB: endpoint });
  const client = new DynamoDBClient({ endpoint });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['id', 'home', 'uploaded_at'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by_home',
          KeySchema: [
            { AttributeName: 'home', KeyType: 'HASH' },
            { AttributeName: 'uploaded_at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName });
  client.destroy();
  maps = dynamoMapStore();
});
afterAll(() => close());

async function aMap(more: Partial<MapRecord> = {}): Promise<MapRecord> {
  const map: MapRecord = {
    id: randomUUID(),
    home: 'ann/',
    name: 'a.png',
    isPublic: true,
    uploadedAt: '2026-11-20T12:00:00.000Z',
    status: 'pending',
    ...more,
  };
  await maps.create(map);
  return map;
}

const lease = (holder: string, token: string, endsAtMs = minute) => ({ holder, token, endsAtMs });
const image = { status: 'processed', findings: { mediaType: 'image/png', width: 3, height: 2 } } as const;

test('a map is found as it was created, and is told when it is public', async () => {
  const map = await aMap();
  expect(await maps.find(map.id)).toEqual(map);
  expect(await maps.setPublic(map.id, 'ann/', false)).toEqual({ ...map, isPublic: false });
  expect(await maps.setPublic(map.id, 'bob/', true)).toBeUndefined();
  expect(await maps.setPublic(randomUUID(), 'ann/', true)).toBeUndefined();
  expect(await maps.find(map.id)).toEqual({ ...map, isPublic: false });
});

test('of many who claim a map at once one gets it, and it is finished once', async () => {
  const map = await aMap();
  const claims = await Promise.all(
    Array.from({ length: 8 }, (_, each) => maps.claim(map.id, lease(`m${each}`, `t${each}`), 0)),
  );
  const winner = claims.findIndex((claim) => typeof claim !== 'string');
  expect(claims.filter((claim) => claim === 'leased')).toHaveLength(7);
  const ends = await Promise.all(claims.map((_, each) => maps.finish(map.id, `t${each}`, image)));
  expect(ends.map((isOver, each) => isOver === (each === winner))).not.toContain(false);
  expect(await maps.find(map.id)).toEqual({ ...map, ...image });
  expect(await maps.claim(map.id, lease('m', 't'), 9 * minute)).toBe('finished');
  expect(await maps.giveUp(map.id, 'no', 9 * minute)).toBe('finished');
});

test('a lease is taken over by its own message at once, by another when it has ended', async () => {
  const map = await aMap();
  await maps.claim(map.id, lease('m1', 'first'), 0);
  expect(await maps.claim(map.id, lease('m2', 'other'), minute - 1)).toBe('leased');
  expect(await maps.claim(map.id, lease('m1', 'second', 2 * minute), 1)).toMatchObject({ status: 'processing' });
  expect(await maps.finish(map.id, 'first', image)).toBe(false);
  expect(await maps.claim(map.id, lease('m2', 'third', 3 * minute), 2 * minute)).toMatchObject({
    status: 'processing',
  });
  expect(await maps.finish(map.id, 'third', { status: 'failed', reason: 'It is empty.' })).toBe(true);
  expect(await maps.find(map.id)).toMatchObject({ status: 'failed', reason: 'It is empty.' });
});

test('a map is given up that waits, or whose lease has ended, and no other', async () => {
  const [waiting, held] = [await aMap(), await aMap()];
  expect(await maps.giveUp(waiting.id, 'In vain.', 0)).toBe('failed');
  expect(await maps.find(waiting.id)).toMatchObject({ status: 'failed', reason: 'In vain.' });
  await maps.claim(held.id, lease('m', 't'), 0);
  expect(await maps.giveUp(held.id, 'In vain.', minute - 1)).toBe('leased');
  expect(await maps.giveUp(held.id, 'In vain.', minute)).toBe('failed');
  expect(await maps.finish(held.id, 't', image)).toBe(false);
});

test('what is not there is missing', async () => {
  expect(await maps.find(randomUUID())).toBeUndefined();
  expect(await maps.claim(randomUUID(), lease('m', 't'), 0)).toBe('missing');
  expect(await maps.giveUp(randomUUID(), 'no', 0)).toBe('missing');
});

test("a home's maps come in pages, the newest first, also those of one moment", async () => {
  const home = `${randomUUID()}/`;
  const times = [
    '2026-01-01T00:00:00.000Z',
    '2026-01-02T00:00:00.000Z',
    '2026-01-02T00:00:00.000Z',
    '2026-01-03T00:00:00.000Z',
  ];
  for (const uploadedAt of times) await aMap({ home, uploadedAt });
  await aMap({ home: 'other/' });
  const found: MapRecord[] = [];
  for (let after: MapRecord | undefined; ; after = found.at(-1)) {
    const page = await maps.list(home, 1, after);
    found.push(...page.maps);
    if (!page.more) break;
  }
  expect(found.map(({ uploadedAt }) => uploadedAt)).toEqual([...times].reverse());
  expect(new Set(found.map(({ id }) => id)).size).toBe(4);
});
