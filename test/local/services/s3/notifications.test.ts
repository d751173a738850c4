import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { startS3 } from '../../../../local/services/s3/s3';
import { bucketAt, credentials, failure, region, type TestBucket } from './fixture';

// What S3 tells queues. The queues are lists here: another S3 would need queues that it can reach.

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:maps';
let dir: string;
let told: Record<string, unknown>[] = [];
let isQueueUp = true;
let files: TestBucket;
let close: () => Promise<void>;

async function start() {
  const publish = async (arn: string, body: string) => {
    if (!isQueueUp || arn !== queueArn) throw new Error(`there is no queue ${arn}`);
    told.push(JSON.parse(body));
  };
  const service = await startS3({ dir, credentials, region, publish });
  files = bucketAt(service.url, 'files');
  close = async () => {
    await files.close();
    await service.close();
  };
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 's3-'));
  told = [];
  isQueueUp = true;
  await start();
  await files.client.send(new CreateBucketCommand({ Bucket: 'files' }));
});
afterEach(async () => {
  await close();
  await rm(dir, { recursive: true });
});

const configure = (NotificationConfiguration: NotificationConfiguration) =>
  files.client.send(new PutBucketNotificationConfigurationCommand({ Bucket: 'files', NotificationConfiguration }));
const toQueue = (more: object = {}) =>
  configure({ QueueConfigurations: [{ Id: 'maps', QueueArn: queueArn, Events: ['s3:ObjectCreated:*'], ...more }] });
const outbox = () => readdir(join(dir, 'files', 'outbox'));
const keys = () =>
  told.flatMap(({ Records = [] }) => (Records as { s3: { object: { key: string } } }[]).map(({ s3 }) => s3.object.key));

test('a new configuration is kept, and its queue is sent a test event', async () => {
  await toQueue({ Filter: { Key: { FilterRules: [{ Name: 'suffix', Value: '.png' }] } } });
  expect(told).toMatchObject([{ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'files' }]);
  await close();
  await start();
  const kept = await files.client.send(new GetBucketNotificationConfigurationCommand({ Bucket: 'files' }));
  expect(kept.QueueConfigurations).toEqual([
    {
      Id: 'maps',
      QueueArn: queueArn,
      Events: ['s3:ObjectCreated:*'],
      Filter: { Key: { FilterRules: [{ Name: 'suffix', Value: '.png' }] } },
    },
  ]);
});

test('a new object is told of as S3 does, its key encoded as in a form', async () => {
  await toQueue();
  const { ETag } = await files.put('home/a+b c%20é.png', 'bytes');
  expect(told[1]).toEqual({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: expect.any(String) },
        requestParameters: { sourceIPAddress: expect.stringContaining('127.0.0.1') },
        responseElements: {
          'x-amz-request-id': expect.stringMatching(/^[0-9A-F]{16}$/),
          'x-amz-id-2': expect.any(String),
        },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'maps',
          bucket: { name: 'files', ownerIdentity: { principalId: expect.any(String) }, arn: 'arn:aws:s3:::files' },
          object: {
            key: 'home/a%2Bb+c%2520%C3%A9.png',
            size: 5,
            eTag: ETag?.replaceAll('"', ''),
            sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
          },
        },
      },
    ],
  });
});

test('every way to make an object is told of, by its name; a refused write and a deletion are not', async () => {
  await toQueue();
  await files.put('a', '1');
  await expect(files.put('a', '2', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  const there = { Bucket: 'files', Key: 'copy' };
  await files.client.send(new CopyObjectCommand({ ...there, CopySource: 'files/a' }));
  const upload = { Bucket: 'files', Key: 'parts' };
  const { UploadId } = await files.client.send(
    new CreateMultipartUploadCommand({ ...upload, ChecksumAlgorithm: 'CRC32' }),
  );
  const { ETag, ChecksumCRC32 } = await files.client.send(
    new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'x' }),
  );
  await files.client.send(
    new CompleteMultipartUploadCommand({
      ...upload,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] },
    }),
  );
  await files.delete('a');
  const events = told
    .slice(1)
    .flatMap(({ Records }) => (Records as { eventName: string }[]).map(({ eventName }) => eventName));
  expect(events).toEqual(['ObjectCreated:Put', 'ObjectCreated:Copy', 'ObjectCreated:CompleteMultipartUpload']);
});

test('only keys that a filter lets pass are told of', async () => {
  const FilterRules = [
    { Name: 'prefix' as const, Value: 'maps/' },
    { Name: 'suffix' as const, Value: '.png' },
  ];
  await toQueue({ Filter: { Key: { FilterRules } } });
  for (const key of ['maps/a.png', 'maps/a.txt', 'a.png']) await files.put(key, 'x');
  expect(keys()).toEqual(['maps/a.png']);
});

test('what a queue would not take is told after a restart, once', async () => {
  await toQueue();
  const logged = jest.spyOn(console, 'error').mockImplementation(() => {});
  isQueueUp = false;
  await files.put('a', '1');
  expect(await outbox()).toHaveLength(1);
  await close();
  isQueueUp = true;
  await start();
  expect(keys()).toEqual(['a']);
  expect(await outbox()).toEqual([]);
  logged.mockRestore();
});

test('what was to be told of an object that never came to be is dropped', async () => {
  await toQueue();
  const logged = jest.spyOn(console, 'error').mockImplementation(() => {});
  isQueueUp = false;
  await files.put('a', '1');
  await files.delete('a');
  await close();
  isQueueUp = true;
  await start();
  expect(keys()).toEqual([]);
  expect(await outbox()).toEqual([]);
  logged.mockRestore();
});

test('a queue that cannot be reached, and what is not emulated, are refused', async () => {
  await expect(toQueue({ QueueArn: `${queueArn}-other` })).rejects.toMatchObject(failure('InvalidArgument', 400));
  await expect(toQueue({ Events: ['s3:ObjectRemoved:*'] })).rejects.toMatchObject(failure('NotImplemented', 501));
  await expect(
    configure({
      TopicConfigurations: [{ TopicArn: 'arn:aws:sns:us-east-1:000000000000:t', Events: ['s3:ObjectCreated:*'] }],
    }),
  ).rejects.toMatchObject(failure('NotImplemented', 501));
  await toQueue();
  await configure({});
  await files.put('a', '1');
  expect(keys()).toEqual([]);
});
