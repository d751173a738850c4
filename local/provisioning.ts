import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type AwsEnvironment, clientConfig } from './aws-environment';
import type { LocalStack } from './template/stack';

/** Creates the tables and buckets that do not exist yet. What exists is left as it is, with its data. */
export async function createMissing({ tables, bucketNames }: LocalStack, environment: AwsEnvironment): Promise<void> {
  const dynamodb = new DynamoDBClient(clientConfig(environment, 'DYNAMODB'));
  const s3 = new S3Client(clientConfig(environment, 'S3'));
  try {
    await Promise.all([
      ...tables.map((table) =>
        unlessItExists(dynamodb.send(new CreateTableCommand(table as unknown as CreateTableCommandInput))),
      ),
      ...bucketNames.map((name) => unlessItExists(s3.send(new CreateBucketCommand({ Bucket: name })))),
    ]);
  } finally {
    dynamodb.destroy();
    s3.destroy();
  }
}

async function unlessItExists(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    const { name } = error as Error;
    if (!['ResourceInUseException', 'BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes(name)) throw error;
  }
}
