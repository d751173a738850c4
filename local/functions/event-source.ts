import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { EventSourceConfig } from '../template/messaging';
import { accountId, region } from '../template/physical-names';
import type { Invocation } from './functions';

// A queue's function is called as Lambda's event source mapping does: pollers take messages in batches and call the
// function with each; what it does not report as failed they delete, and the queue delivers the rest again when its
// visibility time-out is over. Source: Lambda developer guide, "Using Lambda with Amazon SQS".

export interface EventSourceParts {
  readonly sqs: SQSClient;
  readonly invoke: (functionName: string, invocation: Invocation) => AsyncGenerator<Uint8Array>;
  /** Told what the function's own log does not tell. */
  readonly onFault: (functionName: string, message: string) => void;
}

/** Lambda begins with five; two are enough for one machine, and show what happens side by side. */
const pollers = 2;
const waitSeconds = 20;
/** How long a queue that cannot be read is left alone. */
const pauseMs = 1000;

/** Begins to poll. Gives what ends it, once the batches under way are done with. */
export function startEventSource(config: EventSourceConfig, parts: EventSourceParts): () => Promise<void> {
  const stopped = new AbortController();
  const running = Array.from({ length: pollers }, () => poll(config, parts, stopped.signal));
  return async () => {
    stopped.abort();
    await Promise.all(running);
  };
}

async function poll(config: EventSourceConfig, parts: EventSourceParts, stopped: AbortSignal): Promise<void> {
  const { sqs, onFault } = parts;
  const options = { abortSignal: stopped };
  while (!stopped.aborted) {
    try {
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: config.queueName }), options);
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(config.batchSize, 10),
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
        options,
      );
      if (Messages.length === 0) continue;
      const failed = await call(config, parts, Messages);
      const done = Messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
      if (done.length === 0) continue;
      const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    } catch (error) {
      if (stopped.aborted) return;
      onFault(config.functionName, `its queue cannot be polled: ${(error as Error).message}`);
      await sleep(pauseMs, undefined, { signal: stopped }).catch(() => {});
    }
  }
}

/** The ids of the messages that have failed: all of them where the function did. */
async function call(
  { functionName, queueName, reportsItemFailures }: EventSourceConfig,
  { invoke }: EventSourceParts,
  messages: readonly Message[],
): Promise<ReadonlySet<string>> {
  const payload = JSON.stringify({ Records: messages.map((message) => recordOf(queueName, message)) });
  const chunks: Uint8Array[] = [];
  const all = new Set(messages.map(({ MessageId = '' }) => MessageId));
  try {
    const invocation: Invocation = {
      requestId: randomUUID(),
      payload,
      mode: 'buffered',
      signal: new AbortController().signal,
    };
    for await (const chunk of invoke(functionName, invocation)) chunks.push(chunk);
  } catch {
    return all; // The function's log tells why.
  }
  if (!reportsItemFailures) return new Set();
  return failuresIn(Buffer.concat(chunks).toString(), all);
}

/** An answer that is no report counts as success, and one that names a message it was not given, or none, as failure of all. */
function failuresIn(answer: string, all: ReadonlySet<string>): ReadonlySet<string> {
  const report = JSON.parse(answer) as { batchItemFailures?: { itemIdentifier?: string }[] | null } | null;
  const failed = (report?.batchItemFailures ?? []).map(({ itemIdentifier = '' }) => itemIdentifier);
  return failed.every((id) => all.has(id)) ? new Set(failed) : all;
}

const recordOf = (queueName: string, message: Message) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
      name,
      {
        stringValue: value.StringValue,
        binaryValue: value.BinaryValue && Buffer.from(value.BinaryValue).toString('base64'),
        stringListValues: [],
        binaryListValues: [],
        dataType: value.DataType,
      },
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:${region}:${accountId}:${queueName}`,
  awsRegion: region,
});
