import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startSqs } from '../../../../local/services/sqs/sqs';

/** Those of the test environment, which another SQS must know, too. */
export const credentials = {
  accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
  secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
};
export const region = process.env['AWS_REGION'] ?? '';
export const accountId = '000000000000';

/** Another SQS to run the contract against: `SQS_ENDPOINT=http://... npx jest test/local/services/sqs`. */
export const otherEndpoint = process.env['SQS_ENDPOINT'];

export interface TestSqs {
  readonly endpoint: string;
  readonly client: SQSClient;
  /** Makes a queue with a name of its own, and gives its URL. */
  queue(attributes?: Record<string, string>): Promise<string>;
  arnOf(url: string): Promise<string>;
  send(url: string, body: string, more?: Partial<SendMessageCommandInput>): Promise<string>;
  receive(url: string, more?: Partial<ReceiveMessageCommandInput>): Promise<readonly Message[]>;
  remove(url: string, message: Message | undefined): Promise<unknown>;
  attribute(url: string, name: QueueAttributeName): Promise<string | undefined>;
  close(): Promise<void>;
}

/** An embedded SQS of its own, or the other one. */
export async function openSqs(now?: () => number): Promise<TestSqs> {
  const dir = await mkdtemp(join(tmpdir(), 'sqs-'));
  const service = otherEndpoint
    ? undefined
    : await startSqs({ dir, credentials, region, accountId, ...(now ? { now } : {}) });
  const sqs = sqsAt(otherEndpoint ?? service?.url ?? '');
  return {
    ...sqs,
    async close() {
      await sqs.close();
      await service?.close();
      await rm(dir, { recursive: true });
    },
  };
}

export function sqsAt(endpoint: string): TestSqs {
  const client = new SQSClient({ endpoint, region, credentials, maxAttempts: 1 });
  const attribute = async (QueueUrl: string, name: QueueAttributeName) =>
    (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }))).Attributes?.[name];
  return {
    endpoint,
    client,
    attribute,
    queue: async (Attributes = {}) => {
      const { QueueUrl = '' } = await client.send(
        new CreateQueueCommand({ QueueName: `contract-${randomUUID()}`, Attributes }),
      );
      return QueueUrl;
    },
    arnOf: async (url) => (await attribute(url, 'QueueArn')) ?? '',
    send: async (QueueUrl, MessageBody, more = {}) =>
      (await client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }))).MessageId ?? '',
    receive: async (QueueUrl, more = {}) =>
      (await client.send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'], ...more })))
        .Messages ?? [],
    remove: (QueueUrl, message) =>
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle })),
    close: async () => client.destroy(),
  };
}
