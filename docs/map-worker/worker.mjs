// A processor of maps that is not Datadock's own: node docs/map-worker/worker.mjs OUTPUTS, the file that npm start writes to
// .data/outputs.json and cdk deploy --outputs-file to where you say. It runs until it is stopped. message.schema.json
// describes the messages; every step may be repeated, since a message may come twice.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';

const { local, ...stacks } = JSON.parse(readFileSync(process.argv[2] ?? '.data/outputs.json', 'utf8'));
const { MapsBucket, MapsQueueUrl, MapsTable, UserPoolId } = Object.values(stacks).find((stack) => 'MapsTable' in stack);
const [region] = UserPoolId.split('_');
Object.assign(process.env, { AWS_REGION: region }, local?.environment);

const [sqs, s3] = [new SQSClient({}), new S3Client({})];
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const leaseMs = 120_000; // The queue's visibility time-out.

/** Changes a map if the condition holds; answers whether it did. */
async function update(id, set, condition, values = {}) {
  const given = { ...set, ...values };
  const names = [...Object.keys(set), ...[...condition.matchAll(/#(\w+)/g)].map(([, name]) => name)];
  const input = {
    TableName: MapsTable,
    Key: { id },
    UpdateExpression: `SET ${Object.keys(set)
      .map((name) => `#${name} = :${name}`)
      .join(', ')}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(Object.entries(given).map(([name, value]) => [`:${name}`, value])),
  };
  return table.send(new UpdateCommand(input)).then(
    () => true,
    (error) => {
      if (error.name !== 'ConditionalCheckFailedException') throw error;
      return false;
    },
  );
}

async function processMap(messageId, key) {
  const [, id] = key.split('/');
  const token = randomUUID();
  const isOurs = await update(
    id,
    { status: 'processing', lease_holder: messageId, lease_token: token, lease_ends_at_ms: Date.now() + leaseMs },
    '#status = :pending OR (#status = :status AND (#lease_holder = :lease_holder OR #lease_ends_at_ms <= :now))',
    { pending: 'pending', now: Date.now() },
  );
  if (!isOurs) return; // Done already, or in other hands.
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: MapsBucket, Key: key }));
  const bytes = await Body.transformToByteArray();
  const outcome =
    bytes.length > 0
      ? { status: 'processed', media_type: 'application/octet-stream' } // Also: width, height, feature_count.
      : { status: 'failed', reason: 'The file is empty.' };
  await update(id, outcome, '#status = :processing AND #lease_token = :token', { processing: 'processing', token });
  console.log(JSON.stringify({ id, ...outcome }));
}

for (;;) {
  const asked = { QueueUrl: MapsQueueUrl, WaitTimeSeconds: 20 };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(asked));
  for (const { MessageId, Body, ReceiptHandle } of Messages) {
    // A test event has no records.
    for (const { s3: created } of JSON.parse(Body).Records ?? []) {
      await processMap(MessageId, decodeURIComponent(created.object.key.replaceAll('+', ' ')));
    }
    await sqs.send(new DeleteMessageCommand({ QueueUrl: MapsQueueUrl, ReceiptHandle }));
  }
}
