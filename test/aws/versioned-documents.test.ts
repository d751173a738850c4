import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { startDynamodb } from '../../local/services/dynamodb/dynamodb';
import { dynamoImportStateStore, type ImportState, type ImportStateStore } from '../../src/aws/import-state-store';
import {
  type DocumentStore,
  dynamoDocumentStore,
  type StoredDocument,
  type View,
} from '../../src/aws/versioned-documents';
import { MemoryTable } from '../interactions/memory-table';

// The promises of the table, kept by the adapters on DynamoDB and by the stand-in that other tests use.

const bytes = (text: string): Uint8Array => Buffer.from(text);
const view = (generation: number, ...abandoned: number[]): View => ({ epoch: 1, generation, abandoned });
const textOf = (head: Uint8Array | undefined) => head && Buffer.from(head).toString();

async function allOf(documents: AsyncIterable<StoredDocument>): Promise<StoredDocument[]> {
  const all: StoredDocument[] = [];
  for await (const each of documents) all.push(each);
  return all;
}
const shown = async (documents: AsyncIterable<StoredDocument>) =>
  (await allOf(documents)).map(({ name, generation, head }) => `${name}@${generation} ${textOf(head)}`);

let close = async () => {};
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'documents-'));
  const service = await startDynamodb({ dir });
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = service.url;
  process.env['INTERACTIONS_TABLE'] = 'interactions';
  const client = new DynamoDBClient({});
  await client.send(
    new CreateTableCommand({
      TableName: 'interactions',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['collection_key', 'version_key'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [
        { AttributeName: 'collection_key', KeyType: 'HASH' },
        { AttributeName: 'version_key', KeyType: 'RANGE' },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName: 'interactions' });
  client.destroy();
  close = async () => {
    await service.close();
    await rm(dir, { recursive: true });
  };
});
afterAll(() => close());

describe.each<[string, () => { documents: DocumentStore; states: ImportStateStore }]>([
  ['DynamoDB', () => ({ documents: dynamoDocumentStore(), states: dynamoImportStateStore() })],
  [
    'memory',
    () => {
      const table = new MemoryTable();
      return { documents: table.documents(), states: table.states() };
    },
  ],
])('a table in %s', (_, open) => {
  let documents: DocumentStore;
  let states: ImportStateStore;
  beforeAll(() => {
    ({ documents, states } = open());
  });
  const write = (collection: string, generation: number, ...texts: [name: string, head: string][]) =>
    documents.write(
      1,
      generation,
      texts.map(([name, head]) => ({ collection, name, head: bytes(head) })),
    );

  test('a reader sees the newest version up to its generation that is not abandoned', async () => {
    await write('a', 1, ['x', 'one']);
    await write('a', 3, ['x', 'three'], ['y', 'three']);
    await write('a', 4, ['x', 'four']);
    const x = (seen: View) => documents.readHead(seen, 'a', 'x').then(textOf);
    expect(await x(view(0))).toBeUndefined();
    expect(await x(view(2))).toBe('one');
    expect(await x(view(3))).toBe('three');
    expect(await x(view(9))).toBe('four');
    expect(await x(view(9, 4))).toBe('three');
    expect(await x(view(9, 3, 4))).toBe('one');
    expect(await x(view(9, 1, 3, 4))).toBeUndefined();
    expect(await x({ ...view(9), epoch: 2 })).toBeUndefined();
    expect(await shown(documents.readRange(view(2), 'a', 'x', 'y'))).toEqual(['x@1 one']);
    expect(await shown(documents.readRange(view(9, 4), 'a', 'x', 'y'))).toEqual(['x@3 three', 'y@3 three']);
  });

  test('a range is in the order of the names, both ends included, whatever their number', async () => {
    const names = Array.from({ length: 260 }, (_, id) => String(id).padStart(4, '0'));
    await write('b', 1, ...names.map((name): [string, string] => [name, name]));
    const found = await allOf(documents.readRange(view(1), 'b', '0010', '0250'));
    expect(found.map(({ name }) => name)).toEqual(names.slice(10, 251));
  });

  test('a document beyond the size of an item comes back whole, and its head alone', async () => {
    for (const headBytes of [10, 800_000]) {
      const [head, rest] = [randomBytes(headBytes), randomBytes(1_300_000)];
      await documents.write(1, 5, [{ collection: 'c', name: 'large', head, rest }]);
      await write('c', 6, ['large', 'abandoned']);
      const [found] = await allOf(documents.readRange(view(6, 6), 'c', 'large', 'large'));
      expect(head.equals(found?.head ?? bytes(''))).toBe(true);
      expect(rest.equals(found?.rest ?? bytes(''))).toBe(true);
      expect(head.equals((await documents.readHead(view(6, 6), 'c', 'large')) ?? bytes(''))).toBe(true);
      await documents.delete(1, [found as StoredDocument]);
      expect(await documents.readHead(view(6, 6), 'c', 'large')).toBeUndefined();
    }
  });

  test('a version that is not there can be deleted, and others stay', async () => {
    await write('d', 1, ['x', 'one']);
    await write('d', 2, ['x', 'two']);
    await documents.delete(1, [
      { collection: 'd', name: 'x', generation: 1, parts: 1 },
      { collection: 'd', name: 'y', generation: 1, parts: 1 },
      { collection: 'd', name: 'x', generation: 0, parts: 0 },
    ]);
    expect(await shown(documents.readRange(view(9), 'd', 'x', 'y'))).toEqual(['x@2 two']);
  });

  test('a sweep leaves one epoch and the state', async () => {
    const state: ImportState = { cleaning: 1, epoch: 1, current: 1, next: 2, abandoned: [], isUnswept: true };
    await states.replace(undefined, state);
    await write('e', 1, ['x', 'one']);
    await documents.write(11, 1, [{ collection: 'e', name: 'x', head: bytes('eleven') }]);
    await documents.sweep(1);
    expect(textOf(await documents.readHead(view(1), 'e', 'x'))).toBe('one');
    expect(await documents.readHead({ ...view(1), epoch: 11 }, 'e', 'x')).toBeUndefined();
    expect((await states.read())?.state).toEqual(state);
  });

  test('a state is replaced by whoever knows it, once', async () => {
    const known = await states.read();
    const state = known?.state as ImportState;
    expect(await states.replace(undefined, state)).toBeUndefined();
    const lease = { id: 'ann', generation: 2, epoch: 1, expiresAt: 1 };
    const [one, other] = await Promise.all([
      states.replace(known, { ...state, lease }),
      states.replace(known, { ...state, next: 5 }),
    ]);
    expect([one, other].filter(Boolean)).toHaveLength(1);
    expect(await states.read()).toEqual(one ?? other);
  });
});

describe('where DynamoDB', () => {
  const mocked = () => mockClient(DynamoDBDocumentClient);
  let dynamo: ReturnType<typeof mocked>;
  beforeAll(() => {
    dynamo = mocked();
  });
  afterEach(() => dynamo.reset());
  afterAll(() => dynamo.restore());
  const document = { collection: 'a', name: 'x', head: bytes('x') };

  test('leaves items out, they are sent again', async () => {
    const sent: number[] = [];
    dynamo.on(BatchWriteCommand).callsFake(({ RequestItems }) => {
      const requests = RequestItems['interactions'];
      sent.push(requests.length);
      return { UnprocessedItems: sent.length < 3 ? { interactions: requests.slice(0, 1) } : {} };
    });
    await dynamoDocumentStore().write(1, 1, [document, { ...document, name: 'y' }]);
    expect(sent).toEqual([2, 1, 1]);
  });

  test('fails, so does the write', async () => {
    dynamo.on(BatchWriteCommand).rejects(new Error('throttled'));
    await expect(dynamoDocumentStore().write(1, 1, [document])).rejects.toThrow('throttled');
  });
});
