import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriteCommand, type BatchWriteCommandInput, paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb';
import { setting } from '../config';
import { inParallel } from '../in-parallel';
import { dynamoClient } from './dynamo';

/*
 * Documents in versions. A document lies in a collection under a name, and each import writes the documents that it
 * changes under a generation of its own, beside those that are there. Nothing is ever overwritten by another, so a reader who
 * knows which generation is current reads the newest version up to it, by key, whatever is being written meanwhile.
 *
 * An item holds at most 400 KB: a longer document lies in several parts. Its head, which is what most readers want, comes
 * first in them.
 */

/** Which versions a reader sees. */
export interface View {
  /** Each rebuild begins one: a world of documents of its own. */
  readonly epoch: number;
  /** The newest generation that is seen. */
  readonly generation: number;
  /** Generations up to it that never became current. */
  readonly abandoned: readonly number[];
}

export interface NewDocument {
  readonly collection: string;
  readonly name: string;
  readonly head: Uint8Array;
  /** @default nothing */
  readonly rest?: Uint8Array;
}

export interface Version {
  readonly collection: string;
  readonly name: string;
  readonly generation: number;
  readonly parts: number;
}

export interface StoredDocument extends Version {
  readonly head: Uint8Array;
  readonly rest: Uint8Array;
}

/** All reads are consistent. */
export interface DocumentStore {
  /** The head of a document. */
  readHead(view: View, collection: string, name: string): Promise<Uint8Array | undefined>;
  /** The documents whose names lie in a range, both ends included, in the order of their names. */
  readRange(view: View, collection: string, from: string, to: string): AsyncIterable<StoredDocument>;
  write(epoch: number, generation: number, documents: readonly NewDocument[]): Promise<void>;
  /** A version that is not there is no error. */
  delete(epoch: number, versions: readonly Version[]): Promise<void>;
  /** Removes everything of other epochs. Reads the whole table: nothing that an answer waits for. */
  sweep(epoch: number): Promise<void>;
}

const partBytes = 350_000;

/** How many items a document takes. */
export const partsOf = ({ head, rest }: NewDocument): number =>
  Math.max(1, Math.ceil((head.length + (rest?.length ?? 0)) / partBytes));

interface Item {
  readonly collection_key: string;
  readonly version_key: string;
  readonly bytes: Uint8Array;
  readonly head_bytes: number;
  readonly parts: number;
}

type Requests = NonNullable<BatchWriteCommandInput['RequestItems']>[string];

/** Source: BatchWriteItem, "Request Parameters". */
const batchItems = 25;
const batchesAtOnce = 4;
const batchTries = 10;

/** The table's key is `collection_key`, which begins with the epoch, and `version_key`: name, generation and part. */
export function dynamoDocumentStore(): DocumentStore {
  const dynamo = dynamoClient();
  const TableName = setting('INTERACTIONS_TABLE');

  async function* query(collection: string, from: string, to: string, newestFirst = false, Limit?: number) {
    const pages = paginateQuery(
      { client: dynamo },
      {
        TableName,
        ConsistentRead: true,
        ScanIndexForward: !newestFirst,
        KeyConditionExpression: 'collection_key = :collection AND version_key BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':collection': collection, ':from': from, ':to': to },
        ...(Limit === undefined ? {} : { Limit }),
      },
    );
    for await (const { Items = [] } of pages) yield* Items as Item[];
  }

  /** DynamoDB leaves out what it has no capacity for; that is sent again after a pause. */
  async function writeBatch(requests: Requests): Promise<void> {
    let left = requests;
    for (let attempt = 1; ; attempt++) {
      const { UnprocessedItems } = await dynamo.send(new BatchWriteCommand({ RequestItems: { [TableName]: left } }));
      left = UnprocessedItems?.[TableName] ?? [];
      if (left.length === 0) return;
      if (attempt === batchTries) throw new Error(`DynamoDB left ${left.length} items unwritten ${batchTries} times`);
      await sleep(Math.random() * Math.min(2000, 50 * 2 ** attempt));
    }
  }

  function writeAll(requests: Requests): Promise<void> {
    const batches = Array.from({ length: Math.ceil(requests.length / batchItems) }, (_, batch) =>
      requests.slice(batch * batchItems, (batch + 1) * batchItems),
    );
    return inParallel(batches, batchesAtOnce, writeBatch);
  }

  return {
    async readHead(view, collection, name) {
      const address = collectionKey(view.epoch, collection);
      const newest = query(address, `${name}/`, versionKey(name, view.generation, lastPart), true, 2);
      for await (const item of newest) {
        const { generation, part } = placeOf(item);
        if (!isSeen(view, generation)) continue;
        // The newest version's last part came first.
        if (part === 0) return item.bytes.subarray(0, item.head_bytes);
        const last = Math.ceil(item.head_bytes / partBytes) - 1;
        const parts: Uint8Array[] = [];
        const head = query(address, versionKey(name, generation, 0), versionKey(name, generation, last));
        for await (const { bytes } of head) parts.push(bytes);
        return Buffer.concat(parts).subarray(0, item.head_bytes);
      }
      return undefined;
    },

    async *readRange(view, collection, from, to) {
      let current: { name: string; generation: number; items: Item[] } | undefined;
      const address = collectionKey(view.epoch, collection);
      for await (const item of query(address, `${from}/`, versionKey(to, view.generation, lastPart))) {
        const { name, generation } = placeOf(item);
        if (!isSeen(view, generation)) continue;
        if (current && current.name !== name) yield documentOf(collection, current);
        if (current?.name !== name || current.generation !== generation) current = { name, generation, items: [] };
        current.items.push(item);
      }
      if (current) yield documentOf(collection, current);
    },

    write: (epoch, generation, documents) =>
      writeAll(
        documents.flatMap((document) =>
          itemsOf(epoch, generation, document).map((Item) => ({ PutRequest: { Item: { ...Item } } })),
        ),
      ),

    delete: (epoch, versions) =>
      writeAll(
        versions.flatMap(({ collection, name, generation, parts }) =>
          Array.from({ length: parts }, (_, part) => ({
            DeleteRequest: {
              Key: {
                collection_key: collectionKey(epoch, collection),
                version_key: versionKey(name, generation, part),
              },
            },
          })),
        ),
      ),

    async sweep(epoch) {
      const pages = paginateScan(
        { client: dynamo },
        { TableName, ProjectionExpression: 'collection_key, version_key', ConsistentRead: true },
      );
      for await (const { Items = [] } of pages) {
        const others = Items.filter(
          ({ collection_key: key }) => /^\d+\//.test(key) && !key.startsWith(collectionKey(epoch, '')),
        );
        await writeAll(others.map((Key) => ({ DeleteRequest: { Key } })));
      }
    },
  };
}

const collectionKey = (epoch: number, collection: string): string => `${epoch}/${collection}`;

const generationDigits = 12;
const partDigits = 4;
const lastPart = 10 ** partDigits - 1;

const versionKey = (name: string, generation: number, part: number): string =>
  `${name}/${String(generation).padStart(generationDigits, '0')}/${String(part).padStart(partDigits, '0')}`;

function placeOf({ version_key: version }: Item): {
  readonly name: string;
  readonly generation: number;
  readonly part: number;
} {
  const nameEnd = version.length - generationDigits - partDigits - 2;
  return {
    name: version.slice(0, nameEnd),
    generation: Number(version.slice(nameEnd + 1, nameEnd + 1 + generationDigits)),
    part: Number(version.slice(-partDigits)),
  };
}

const isSeen = ({ generation, abandoned }: View, of: number): boolean => of <= generation && !abandoned.includes(of);

function itemsOf(epoch: number, generation: number, document: NewDocument): Item[] {
  const { collection, name, head, rest = new Uint8Array(0) } = document;
  const bytes = Buffer.concat([head, rest]);
  const parts = partsOf(document);
  return Array.from({ length: parts }, (_, part) => ({
    collection_key: collectionKey(epoch, collection),
    version_key: versionKey(name, generation, part),
    bytes: bytes.subarray(part * partBytes, (part + 1) * partBytes),
    head_bytes: head.length,
    parts,
  }));
}

function documentOf(
  collection: string,
  { name, generation, items }: { name: string; generation: number; items: readonly Item[] },
): StoredDocument {
  const bytes = Buffer.concat(items.map((item) => item.bytes));
  const { head_bytes: headBytes = 0, parts = 0 } = items[0] ?? {};
  return { collection, name, generation, parts, head: bytes.subarray(0, headBytes), rest: bytes.subarray(headBytes) };
}
