import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

interface Outputs {
  readonly Datadock: Readonly<Record<string, string>>;
  readonly local: { readonly environment: Readonly<Record<string, string>> };
}

/** The services of a running server, as any client of theirs finds them, and the stack's outputs. */
export function servicesOf(dataDir: string) {
  const { Datadock: outputs, local }: Outputs = JSON.parse(readFileSync(join(dataDir, 'outputs.json'), 'utf8'));
  const { AWS_REGION: region = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = local.environment;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const config = (name: string) => ({
    region,
    credentials,
    endpoint: local.environment[`AWS_ENDPOINT_URL_${name}`] ?? '',
  });
  return {
    outputs,
    sqs: new SQSClient(config('SQS')),
    s3: new S3Client(config('S3')),
    dynamo: new DynamoDBClient(config('DYNAMODB')),
  };
}
