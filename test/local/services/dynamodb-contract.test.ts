import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { startDynamodb } from '../../../local/services/dynamodb/dynamodb';

// Runs against another DynamoDB when DYNAMODB_ENDPOINT names one.
const remote = process.env['DYNAMODB_ENDPOINT'];
const TableName = `contract-${randomUUID()}`;

let dynamo: DynamoDBDocumentClient;
let close = async () => {};

beforeAll(async () => {
  let endpoint = remote;
  if (!endpoint) {
    const dir = await mkdtemp(join(tmpdir(), 'dynamodb-'));
    const service = await startDynamodb({ dir });
    endpoint = service.url;
    close = async () => {
      await service.close();
      await rm(dir, { recursive: true });
    };
  }
  const client = new DynamoDBClient({ endpoint });
  dynamo = DynamoDBDocumentClient.from(client);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'owner', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'S' },
        { AttributeName: 'folder', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'owner', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-folder',
          KeySchema: [
            { AttributeName: 'folder', KeyType: 'HASH' },
            { AttributeName: 'at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName });
});

afterAll(async () => {
  await dynamo.send(new DeleteTableCommand({ TableName }));
  dynamo.destroy();
  await close();
});

const put = (Item: object) => dynamo.send(new PutCommand({ TableName, Item }));
const get = async (Key: Record<string, string>) =>
  (await dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
const aKey = (at = '2026-01-02') => ({ owner: randomUUID(), at });

test('gets at once what was put, of every type', async () => {
  const item = {
    ...aKey(),
    n: 1.5,
    yes: true,
    nothing: null,
    list: [1, 'two'],
    map: { deep: { er: 'ä€😀' } },
    empty: '',
  };
  await put(item);
  expect(await get({ owner: item.owner, at: item.at })).toEqual(item);
});

test('gets nothing for a key that nothing was put under', async () => {
  expect(await get(aKey())).toBeUndefined();
});

test('puts on a condition, and says when it does not hold', async () => {
  const key = aKey();
  const claim = (by: string) =>
    dynamo.send(
      new PutCommand({
        TableName,
        Item: { ...key, by },
        ConditionExpression: 'attribute_not_exists(#owner) OR #by = :by',
        ExpressionAttributeNames: { '#owner': 'owner', '#by': 'by' },
        ExpressionAttributeValues: { ':by': by },
      }),
    );
  await claim('a');
  await claim('a');
  await expect(claim('b')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  expect(await get(key)).toEqual({ ...key, by: 'a' });
});

test('lets one of 50 conditional puts in parallel win', async () => {
  const key = aKey();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, (_, by) =>
      dynamo.send(
        new PutCommand({
          TableName,
          Item: { ...key, by },
          ConditionExpression: 'attribute_not_exists(#owner)',
          ExpressionAttributeNames: { '#owner': 'owner' },
        }),
      ),
    ),
  );
  const winners = outcomes.flatMap(({ status }, by) => (status === 'fulfilled' ? [by] : []));
  expect(winners).toHaveLength(1);
  expect(await get(key)).toEqual({ ...key, by: winners[0] });
});

test('updates: makes the item, keeps what exists, and answers all of it', async () => {
  const key = aKey();
  const update = (email: string, home: string) =>
    dynamo.send(
      new UpdateCommand({
        TableName,
        Key: key,
        UpdateExpression: 'SET email = :email, home = if_not_exists(home, :home) ADD visits :one',
        ExpressionAttributeValues: { ':email': email, ':home': home, ':one': 1 },
        ReturnValues: 'ALL_NEW',
      }),
    );
  expect((await update('a@x.com', 'first/')).Attributes).toEqual({
    ...key,
    email: 'a@x.com',
    home: 'first/',
    visits: 1,
  });
  expect((await update('b@x.com', 'second/')).Attributes).toEqual({
    ...key,
    email: 'b@x.com',
    home: 'first/',
    visits: 2,
  });
});

test('counts 50 updates in parallel, each once', async () => {
  const key = aKey();
  await Promise.all(
    Array.from({ length: 50 }, () =>
      dynamo.send(
        new UpdateCommand({
          TableName,
          Key: key,
          UpdateExpression: 'ADD visits :one',
          ExpressionAttributeValues: { ':one': 1 },
        }),
      ),
    ),
  );
  expect(await get(key)).toEqual({ ...key, visits: 50 });
});

test('updates on a condition', async () => {
  const key = aKey();
  await expect(
    dynamo.send(
      new UpdateCommand({
        TableName,
        Key: key,
        UpdateExpression: 'SET #status = :next',
        ConditionExpression: '#status = :now AND lease_until < :clock',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':next': 'processing', ':now': 'pending', ':clock': 1 },
      }),
    ),
  ).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  expect(await get(key)).toBeUndefined();
});

test('queries in pages, newest first, between bounds', async () => {
  const owner = randomUUID();
  const days = Array.from({ length: 30 }, (_, index) => `2026-01-${String(index + 1).padStart(2, '0')}`);
  await batchPut(days.map((at) => ({ owner, at })));
  const pages: string[][] = [];
  for await (const { Items = [] } of paginateQuery(
    { client: dynamo, pageSize: 7 },
    {
      TableName,
      KeyConditionExpression: '#owner = :owner AND #at BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#owner': 'owner', '#at': 'at' },
      ExpressionAttributeValues: { ':owner': owner, ':from': '2026-01-03', ':to': '2026-01-20' },
      ScanIndexForward: false,
    },
  )) {
    pages.push(Items.map((item) => item['at']));
  }
  expect(pages.flat()).toEqual(days.slice(2, 20).reverse());
  expect(pages.map((page) => page.length).slice(0, 3)).toEqual([7, 7, 4]);
});

test('queries an index, and filters', async () => {
  const folder = randomUUID();
  await batchPut([1, 2, 3].map((sla) => ({ owner: randomUUID(), at: `2026-01-0${sla}`, folder, sla })));
  const { Items } = await dynamo.send(
    new QueryCommand({
      TableName,
      IndexName: 'by-folder',
      KeyConditionExpression: 'folder = :folder',
      FilterExpression: 'sla > :sla',
      ExpressionAttributeValues: { ':folder': folder, ':sla': 1 },
    }),
  );
  expect(Items?.map((item) => item['sla'])).toEqual([2, 3]);
});

test('does not find the items of a key that another key begins with', async () => {
  const owner = randomUUID();
  await batchPut([
    { owner, at: '1' },
    { owner: `${owner}m`, at: '1' },
  ]);
  const { Items } = await dynamo.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': owner },
    }),
  );
  expect(Items).toEqual([{ owner, at: '1' }]);
});

test('deletes, and answers what there was', async () => {
  const item = { ...aKey(), note: 'gone' };
  const Key = { owner: item.owner, at: item.at };
  await put(item);
  const deletion = new DeleteCommand({ TableName, Key, ReturnValues: 'ALL_OLD' });
  expect((await dynamo.send(deletion)).Attributes).toEqual(item);
  expect((await dynamo.send(deletion)).Attributes).toBeUndefined();
  expect(await get(Key)).toBeUndefined();
});

test('writes a batch of puts and deletes', async () => {
  const [kept, gone] = [aKey(), aKey()];
  await put(gone);
  await dynamo.send(
    new BatchWriteCommand({
      RequestItems: { [TableName]: [{ PutRequest: { Item: kept } }, { DeleteRequest: { Key: gone } }] },
    }),
  );
  expect(await get(kept)).toEqual(kept);
  expect(await get(gone)).toBeUndefined();
});

test('refuses a batch of 26, an item above 400 KB and a table that does not exist', async () => {
  await expect(batchPut(Array.from({ length: 26 }, () => aKey()))).rejects.toMatchObject({
    name: 'ValidationException',
  });
  await expect(put({ ...aKey(), text: 'x'.repeat(401 * 1024) })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(dynamo.send(new GetCommand({ TableName: 'nobody', Key: aKey() }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

async function batchPut(items: readonly object[]): Promise<void> {
  const size = items.length > 26 ? 25 : items.length;
  for (let start = 0; start < items.length; start += size) {
    const requests = items.slice(start, start + size).map((Item) => ({ PutRequest: { Item } }));
    await dynamo.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
  }
}
