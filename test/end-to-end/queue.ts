import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';

interface Outputs {
  readonly Datadock: Readonly<Record<string, string>>;
  readonly local: { readonly environment: Readonly<Record<string, string>> };
}

/** The queue of maps of a running server, as any client of its SQS finds it. */
export function queueOf(dataDir: string): { readonly sqs: SQSClient; readonly QueueUrl: string | undefined } {
  const { Datadock, local }: Outputs = JSON.parse(readFileSync(join(dataDir, 'outputs.json'), 'utf8'));
  const { AWS_REGION: region = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = local.environment;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const endpoint = local.environment['AWS_ENDPOINT_URL_SQS'] ?? '';
  return { sqs: new SQSClient({ region, credentials, endpoint }), QueueUrl: Datadock['MapsQueueUrl'] };
}
