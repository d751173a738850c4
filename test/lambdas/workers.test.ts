import { Readable } from 'node:stream';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { handler as giveUp } from '../../lambdas/workers/give-up-maps';
import { handler as process_ } from '../../lambdas/workers/process-maps';
import { logger } from '../../src/log';

const s3 = mockClient(S3Client);
const dynamo = mockClient(DynamoDBDocumentClient);
Object.assign(process.env, { MAPS_BUCKET: 'maps', MAPS_TABLE: 'maps' });

const ids = ['c9c5b9a4-3a3e-4a51-9f0e-6d9e5b1f2a77', 'd9c5b9a4-3a3e-4a51-9f0e-6d9e5b1f2a78'] as const;
const [id] = ids;
const item = {
  id,
  home: 'ann%40example.com/',
  name: 'a.txt',
  is_public: true,
  uploaded_at: '2026-11-20T12:00:00.000Z',
};

const notification = (mapId: string = id, bucket = 'maps') =>
  JSON.stringify({
    Records: [
      {
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: bucket }, object: { key: `ann%2540example.com/${mapId}/a.txt` } },
      },
    ],
  });
const event = (...bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map(
    (body, index) => ({ messageId: `m${index}`, body, attributes: { ApproximateReceiveCount: '1' } }) as SQSRecord,
  ),
});
const failures = (...names: readonly string[]) => ({
  batchItemFailures: names.map((itemIdentifier) => ({ itemIdentifier })),
});
const refusal = () => new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
const notFound = () =>
  new S3ServiceException({ name: 'NoSuchKey', $fault: 'client', $metadata: { httpStatusCode: 404 } });

let lines: jest.SpyInstance[] = [];
beforeEach(() => {
  s3.reset();
  dynamo.reset();
  lines = (['info', 'error'] as const).map((level) => jest.spyOn(logger, level).mockImplementation(() => {}));
  s3.on(GetObjectCommand).callsFake(() => ({
    Body: Readable.from([Buffer.from('north')]),
    ContentLength: 5,
    ETag: '"e"',
  }));
  dynamo.on(UpdateCommand).callsFake(({ Key }) => ({ Attributes: { ...item, id: Key.id, status: 'processing' } }));
});
afterEach(() => {
  const text = JSON.stringify(lines.map(({ mock }) => mock.calls));
  expect(text).not.toMatch(/ann|example|a\.txt/);
  jest.restoreAllMocks();
});

test('a map is claimed with a lease and finished with its token, each by one conditional write', async () => {
  expect(await process_(event(notification()))).toEqual(failures());
  const [claim, finish] = dynamo.commandCalls(UpdateCommand).map(({ args }) => args[0].input);
  expect(claim).toMatchObject({
    Key: { id },
    ConditionExpression:
      '#status = :pending OR (#status = :status AND (#lease_ends_at_ms <= :now OR #lease_holder = :lease_holder))',
    ExpressionAttributeValues: { ':status': 'processing', ':lease_holder': 'm0' },
  });
  const { ':now': now, ':lease_ends_at_ms': ends, ':lease_token': token } = claim?.ExpressionAttributeValues ?? {};
  expect(ends - now).toBe(120_000);
  expect(finish).toMatchObject({
    ConditionExpression: '#lease_token = :token AND #status IN (:processing, :status)',
    ExpressionAttributeValues: { ':status': 'processed', ':media_type': 'text/plain', ':token': token },
  });
});

test('of a batch only what has failed is delivered again; poison and test events hold nothing up', async () => {
  s3.on(GetObjectCommand, { Key: `ann%40example.com/${ids[1]}/a.txt` }).rejects(new Error('slow down'));
  const bodies = [
    '{',
    JSON.stringify({ Event: 's3:TestEvent' }),
    notification(ids[1]),
    notification(id, 'other'),
    notification(),
  ];
  expect(await process_(event(...bodies))).toEqual(failures('m2'));
  const outcomes = lines[0]?.mock.calls.map(([, { outcome }]) => outcome);
  expect(outcomes?.sort()).toEqual(['processed', 'test-event']);
  expect(lines[1]?.mock.calls.map(([text]) => text).sort()).toEqual(['message', 'message', 'message failed']);
});

test('a map that is processed, or in other hands, is told apart', async () => {
  dynamo.on(UpdateCommand).rejects(refusal());
  dynamo.on(GetCommand).resolves({ Item: { ...item, status: 'processed', media_type: 'text/plain' } });
  expect(await process_(event(notification()))).toEqual(failures());
  dynamo.on(GetCommand).resolves({ Item: { ...item, status: 'processing' } });
  expect(await process_(event(notification()))).toEqual(failures('m0'));
});

test('a map that is created between two looks is processed', async () => {
  dynamo
    .on(UpdateCommand)
    .rejectsOnce(refusal())
    .callsFake(({ Key }) => ({ Attributes: { ...item, id: Key.id, status: 'processing' } }));
  dynamo.on(GetCommand).resolves({ Item: { ...item, status: 'pending' } });
  expect(await process_(event(notification()))).toEqual(failures());
});

test('a dead letter fails its map, and does not where the map is in other hands', async () => {
  expect(await giveUp(event(notification()))).toEqual(failures());
  expect(dynamo.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
    ConditionExpression: '#status = :pending OR (#status = :processing AND #lease_ends_at_ms <= :now)',
    ExpressionAttributeValues: { ':status': 'failed', ':reason': expect.any(String) },
  });
  dynamo.on(UpdateCommand).rejects(refusal());
  for (const status of ['processing', 'pending']) {
    dynamo.on(GetCommand).resolves({ Item: { ...item, status } });
    expect(await giveUp(event(notification()))).toEqual(failures('m0'));
  }
  expect(s3.calls()).toHaveLength(0);
});

test('a file that never became a map is removed, when its dead letter comes', async () => {
  dynamo.on(UpdateCommand).rejects(refusal());
  dynamo.on(GetCommand).resolves({});
  s3.on(HeadObjectCommand).resolves({ ContentLength: 1, ETag: '"e"', LastModified: new Date() });
  expect(await giveUp(event(notification()))).toEqual(failures('m0'));
  s3.on(HeadObjectCommand).resolves({ ContentLength: 1, ETag: '"e"', LastModified: new Date(0) });
  expect(await giveUp(event(notification()))).toEqual(failures());
  expect(s3.commandCalls(DeleteObjectCommand).map(({ args }) => args[0].input)).toEqual([
    { Bucket: 'maps', Key: `ann%40example.com/${id}/a.txt` },
  ]);
  s3.on(HeadObjectCommand).rejects(notFound());
  expect(await giveUp(event(notification()))).toEqual(failures());
});

test('a function without its settings fails as a whole, so that every message comes again', async () => {
  delete process.env['MAPS_TABLE'];
  await expect(process_(event(notification()))).rejects.toMatchObject({ code: 'ConfigurationError' });
  process.env['MAPS_TABLE'] = 'maps';
});
