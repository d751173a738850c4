import { CognitoIdentityProviderClient, CreateGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutBucketCorsCommand, S3Client } from '@aws-sdk/client-s3';
import { type AwsEnvironment, clientConfig } from './aws-environment';
import type { BucketConfig, LocalStack } from './template/stack';

/** Creates the tables, buckets and groups that do not exist yet. What exists keeps its data. */
export async function createMissing(
  { tables, buckets, userPoolGroups }: LocalStack,
  environment: AwsEnvironment,
): Promise<void> {
  const dynamodb = new DynamoDBClient(clientConfig(environment, 'DYNAMODB'));
  const s3 = new S3Client(clientConfig(environment, 'S3'));
  const cognito = new CognitoIdentityProviderClient(clientConfig(environment, 'COGNITO_IDENTITY_PROVIDER'));
  try {
    await Promise.all([
      ...tables.map((table) =>
        unlessItExists(dynamodb.send(new CreateTableCommand(table as unknown as CreateTableCommandInput))),
      ),
      ...buckets.map((bucket) => createBucket(s3, bucket)),
      ...userPoolGroups.map((group) => unlessItExists(cognito.send(new CreateGroupCommand({ ...group })))),
    ]);
  } finally {
    dynamodb.destroy();
    s3.destroy();
    cognito.destroy();
  }
}

async function createBucket(s3: S3Client, { name, corsRules }: BucketConfig): Promise<void> {
  await unlessItExists(s3.send(new CreateBucketCommand({ Bucket: name })));
  if (corsRules.length === 0) return;
  const CORSRules = corsRules.map(({ ExposedHeaders, MaxAge, ...same }) => ({
    ...same,
    ...(ExposedHeaders && { ExposeHeaders: ExposedHeaders }),
    ...(MaxAge !== undefined && { MaxAgeSeconds: MaxAge }),
  }));
  await s3.send(new PutBucketCorsCommand({ Bucket: name, CORSConfiguration: { CORSRules } }));
}

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
