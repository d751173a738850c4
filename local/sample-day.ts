import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BatchWriteItemCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';

/** The key of the sample events in the bucket of events. */
export const sampleDayKey = 'events/2026-11-20.csv';

const dataFolder = join(__dirname, '..', 'data');

/** DynamoDB's own. Source: API reference, BatchWriteItem. */
const maxBatchItems = 25;
/** What DynamoDB does not take at once is sent again, this often at most. */
const maxTries = 8;
const firstDelayMs = 100;

/**
 * Puts a day of events and its users into a deployment: made up, 1 500 events of 40 users. `outputs` are the stack's, and
 * the clients' credentials those of its operator. A repeat changes nothing.
 */
export async function putSampleDay(
  clients: { readonly s3: S3ClientConfig; readonly dynamodb: DynamoDBClientConfig },
  outputs: Readonly<Record<string, string>>,
): Promise<void> {
  const s3 = new S3Client(clients.s3);
  const dynamodb = new DynamoDBClient(clients.dynamodb);
  try {
    const users: readonly object[] = JSON.parse(await readFile(join(dataFolder, 'users.json'), 'utf8'));
    for (let start = 0; start < users.length; start += maxBatchItems) {
      await putItems(dynamodb, outputs['UsersTable'] ?? '', users.slice(start, start + maxBatchItems));
    }
    await s3.send(
      new PutObjectCommand({
        Bucket: outputs['EventsBucket'],
        Key: sampleDayKey,
        ContentType: 'text/csv',
        Body: await readFile(join(dataFolder, sampleDayKey)),
      }),
    );
  } finally {
    s3.destroy();
    dynamodb.destroy();
  }
}

async function putItems(dynamodb: DynamoDBClient, table: string, items: readonly object[]): Promise<void> {
  let requests = items.map((item) => ({ PutRequest: { Item: marshall(item) } }));
  for (let tries = 1; ; tries += 1) {
    const { UnprocessedItems = {} } = await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
    );
    requests = (UnprocessedItems[table] ?? []) as typeof requests;
    if (requests.length === 0) return;
    if (tries === maxTries) throw new Error(`${table} did not take ${requests.length} items in ${maxTries} tries`);
    await new Promise((resolve) => setTimeout(resolve, firstDelayMs * 2 ** tries));
  }
}
