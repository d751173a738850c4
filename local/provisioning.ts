import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CognitoIdentityProviderClient, CreateGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketCorsCommand,
  PutBucketNotificationConfigurationCommand,
  type QueueConfiguration,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  QueueNameExists,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type AwsEnvironment, clientConfig } from './aws-environment';
import { writeDurably } from './services/durable-file';
import type { QueueConfig } from './template/messaging';
import type { BucketConfig, LocalStack } from './template/stack';

/**
 * Creates the tables, buckets, queues and groups that do not exist yet. What exists keeps its data. `dataDir` keeps a note of
 * how the queues were described last.
 */
export async function createMissing(
  { tables, buckets, queues, userPoolGroups }: LocalStack,
  environment: AwsEnvironment,
  dataDir: string,
): Promise<void> {
  const dynamodb = new DynamoDBClient(clientConfig(environment, 'DYNAMODB'));
  const s3 = new S3Client(clientConfig(environment, 'S3'));
  const sqs = new SQSClient(clientConfig(environment, 'SQS'));
  const cognito = new CognitoIdentityProviderClient(clientConfig(environment, 'COGNITO_IDENTITY_PROVIDER'));
  try {
    await Promise.all([
      ...tables.map((table) =>
        unlessItExists(dynamodb.send(new CreateTableCommand(table as unknown as CreateTableCommandInput))),
      ),
      createQueues(sqs, queues, join(dataDir, 'queues.json')).then(() =>
        Promise.all(buckets.map((bucket) => createBucket(s3, bucket))),
      ),
      ...userPoolGroups.map((group) => unlessItExists(cognito.send(new CreateGroupCommand({ ...group })))),
    ]);
  } finally {
    dynamodb.destroy();
    s3.destroy();
    sqs.destroy();
    cognito.destroy();
  }
}

/**
 * Dead-letter queues, which others name, come first. As a deployment does, it changes the attributes of a queue that is there
 * when the template has changed, and leaves what was set by hand until then.
 */
async function createQueues(sqs: SQSClient, queues: readonly QueueConfig[], note: string): Promise<void> {
  const described = JSON.stringify(queues);
  const isAsBefore = (await readFile(note, 'utf8').catch(() => undefined)) === described;
  const isSource = ({ attributes }: QueueConfig) => 'RedrivePolicy' in attributes;
  const ordered = [...queues].sort((a, b) => Number(isSource(a)) - Number(isSource(b)));
  for (const { name, attributes: Attributes } of ordered) {
    try {
      await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
    } catch (error) {
      if (!(error instanceof QueueNameExists)) throw error;
      if (isAsBefore) continue;
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    }
  }
  if (!isAsBefore) await writeDurably(note, described);
}

async function createBucket(s3: S3Client, { name, corsRules, notifications }: BucketConfig): Promise<void> {
  await unlessItExists(s3.send(new CreateBucketCommand({ Bucket: name })));
  await tell(s3, name, notifications as NotificationConfiguration);
  if (corsRules.length === 0) return;
  const CORSRules = corsRules.map(({ ExposedHeaders, MaxAge, ...same }) => ({
    ...same,
    ...(ExposedHeaders && { ExposeHeaders: ExposedHeaders }),
    ...(MaxAge !== undefined && { MaxAgeSeconds: MaxAge }),
  }));
  await s3.send(new PutBucketCorsCommand({ Bucket: name, CORSConfiguration: { CORSRules } }));
}

/** Only what has changed is put: each time S3 sends the queues a test event. */
async function tell(s3: S3Client, Bucket: string, { QueueConfigurations = [], ...others }: NotificationConfiguration) {
  const there = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  const isSame = isDeepStrictEqual(
    QueueConfigurations.map(withoutId),
    (there.QueueConfigurations ?? []).map(withoutId),
  );
  if (isSame && Object.keys(others).length === 0) return;
  const NotificationConfiguration = { QueueConfigurations, ...others };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
}

const withoutId = ({ Id: _, ...configuration }: QueueConfiguration) => configuration;

async function unlessItExists(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!existsErrors.includes((error as Error).name)) throw error;
  }
}

const existsErrors = [
  'ResourceInUseException',
  'BucketAlreadyOwnedByYou',
  'BucketAlreadyExists',
  'GroupExistsException',
];
