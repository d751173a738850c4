import * as z from 'zod';
import { batchError, invalidContents, invalidValue, missing, SqsError, unsupported } from './errors';
import { type Message, type MessageAttributes, md5, md5OfAttributes, receiptHandleOf } from './message';
import { checkAttributes, secondsOf } from './queue-attributes';
import type { NewMessage, Queues } from './queues';

/** A call: where queues are, whose they are, and how their URLs begin. */
export interface Call {
  readonly queues: Queues;
  /** `http://HOST:PORT/ACCOUNT/` */
  readonly urlPrefix: string;
  readonly accessKeyId: string;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
}

type Operation = (call: Call, input: unknown) => Promise<object>;

function operation<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (call: Call, input: z.output<z.ZodObject<Shape>>) => Promise<object>,
): Operation {
  const schema = z.strictObject(shape);
  return (call, input) => run(call, parse(schema, input));
}

/** Throws SqsError MissingParameter, InvalidParameterValue. */
function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(input, { reportInput: true });
  const [issue] = error?.issues ?? [];
  if (!issue) return data as z.output<Schema>;
  const parameter = issue.path.join('.') || 'of the request';
  if (issue.code === 'unrecognized_keys') throw unsupported(`${issue.keys.join(', ')} is not emulated.`);
  throw issue.code === 'invalid_type' && issue.input === undefined
    ? missing(parameter)
    : invalidValue(parameter, `${issue.message}.`);
}

const QueueName = z
  .string()
  .regex(/^[\w-]{1,80}$/, 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
/** The last part of the path is the name; the host is that of another time, when the port was another. */
const QueueUrl = z.string().transform((url) => url.slice(url.lastIndexOf('/') + 1));
const Attributes = z.record(z.string(), z.string()).default({});
const VisibilityTimeout = z.int().min(0).max(43_200);

/** Source: SQS API reference, MessageAttributeValue. */
const Attribute = z
  .strictObject({
    DataType: z.string().regex(/^(String|Number|Binary)(\..{1,249})?$/),
    StringValue: z.string().min(1).optional(),
    BinaryValue: z.base64().min(1).optional(),
  })
  .refine(
    ({ DataType, StringValue, BinaryValue }) =>
      DataType.startsWith('Binary')
        ? BinaryValue !== undefined && StringValue === undefined
        : StringValue !== undefined && BinaryValue === undefined,
    'The value must be of its data type',
  );

const newMessage = {
  MessageBody: z.string().min(1, 'It is empty'),
  DelaySeconds: z.int().min(0).max(900).optional(),
  MessageAttributes: z
    .record(z.string().regex(/^(?!aws\.|amazon\.)[\w.-]{1,256}$/i), Attribute)
    .default({})
    .refine((attributes) => Object.keys(attributes).length <= 10, 'A message has at most 10 attributes'),
  MessageSystemAttributes: z.strictObject({ AWSTraceHeader: Attribute }).partial().optional(),
};
type MessageInput = z.output<z.ZodObject<typeof newMessage>>;

const toNewMessage = (input: MessageInput): NewMessage => ({
  body: input.MessageBody,
  attributes: input.MessageAttributes,
  traceHeader: input.MessageSystemAttributes?.AWSTraceHeader?.StringValue,
  delaySeconds: input.DelaySeconds,
});

/** Throws SqsError InvalidMessageContents. Source: SQS API reference, SendMessage; XML 1.0's characters. */
function checkContents({ MessageBody }: MessageInput): void {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(MessageBody)) throw invalidContents();
}

const bytesOf = ({ MessageBody, MessageAttributes }: MessageInput): number =>
  Buffer.byteLength(MessageBody) +
  Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + Buffer.from(BinaryValue, 'base64').length,
    0,
  );

const sentFields = ({ id, body, attributes, traceHeader }: Message) => ({
  MessageId: id,
  MD5OfMessageBody: md5(body),
  MD5OfMessageAttributes: md5OfAttributes(attributes),
  MD5OfMessageSystemAttributes:
    traceHeader === undefined
      ? undefined
      : md5OfAttributes({ AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } }),
});

/** Throws SqsError for what is true of no batch. Source: SQS API reference, SendMessageBatch and the other batches. */
function checkBatch(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0) throw batchError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10) {
    throw batchError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  if (entries.some(({ Id }) => !/^[\w-]{1,80}$/.test(Id))) {
    throw batchError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw batchError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
  }
}

/** Does each entry by itself: one that fails is told of, and keeps no other from being done. */
async function batch<Entry extends { readonly Id: string }>(
  entries: readonly Entry[],
  each: (entry: Entry) => Promise<object>,
): Promise<object> {
  checkBatch(entries);
  const successful: object[] = [];
  const failed: object[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...(await each(entry)) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.queryCode, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
}

async function send({ queues }: Call, queue: string, input: MessageInput): Promise<object> {
  const most = secondsOf(queues.existing(queue).attributes, 'MaximumMessageSize');
  if (bytesOf(input) > most) {
    throw invalidValue('MessageBody', `Message must be shorter than ${most} bytes.`);
  }
  checkContents(input);
  return sentFields(await queues.send(queue, toNewMessage(input)));
}

const systemAttributes = ({ accessKeyId }: Call, message: Message): Readonly<Record<string, string | undefined>> => ({
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
  ApproximateReceiveCount: String(message.receives),
  AWSTraceHeader: message.traceHeader,
  DeadLetterQueueSourceArn: message.deadLetterSource,
  SenderId: accessKeyId,
  SentTimestamp: String(message.sentAtMs),
});

/** Those that are asked for: `All`, `.*`, `prefix.*` or a name. */
const chosen = (attributes: MessageAttributes, names: readonly string[]): MessageAttributes =>
  Object.fromEntries(
    Object.entries(attributes).filter(([name]) =>
      names.some(
        (asked) => asked === 'All' || asked === name || (asked.endsWith('.*') && name.startsWith(asked.slice(0, -2))),
      ),
    ),
  );

const orNothing = <T extends object>(values: T): T | undefined => (Object.keys(values).length > 0 ? values : undefined);

const Entries = <Shape extends z.ZodRawShape>(shape: Shape) => z.array(z.strictObject({ Id: z.string(), ...shape }));

const maxBatchBytes = 1024 * 1024;

/** What is emulated. All else, first-in-first-out queues among it, is answered UnsupportedOperation. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    CreateQueue: operation(
      { QueueName, Attributes, tags: z.record(z.string(), z.string()).optional() },
      async ({ queues, urlPrefix }, { QueueName: name, Attributes: attributes }) => {
        if (name.endsWith('.fifo') || 'FifoQueue' in attributes) throw unsupported('FIFO queues are not emulated.');
        checkAttributes(attributes);
        await queues.create(name, attributes);
        return { QueueUrl: urlPrefix + name };
      },
    ),
    DeleteQueue: operation({ QueueUrl }, async ({ queues }, { QueueUrl: name }) => {
      await queues.delete(name);
      return {};
    }),
    GetQueueUrl: operation(
      { QueueName: z.string(), QueueOwnerAWSAccountId: z.string().optional() },
      async ({ queues, urlPrefix }, { QueueName: name }) => ({ QueueUrl: urlPrefix + queues.existing(name).name }),
    ),
    ListQueues: operation(
      {
        QueueNamePrefix: z.string().default(''),
        MaxResults: z.int().min(1).max(1000).default(1000),
        NextToken: z.string().default(''),
      },
      async ({ queues, urlPrefix }, { QueueNamePrefix: prefix, MaxResults: most, NextToken: after }) => {
        const names = queues.all().flatMap(({ name }) => (name.startsWith(prefix) && name > after ? [name] : []));
        const page = names.slice(0, most);
        return {
          QueueUrls: page.map((name) => urlPrefix + name),
          ...(names.length > most ? { NextToken: page.at(-1) } : {}),
        };
      },
    ),
    GetQueueAttributes: operation(
      { QueueUrl, AttributeNames: z.array(z.string()).default([]) },
      async ({ queues }, { QueueUrl: name, AttributeNames: names }) => {
        const { attributes, createdAtMs, modifiedAtMs } = queues.existing(name);
        const { visible, inFlight, delayed } = queues.counts(name);
        const known: Readonly<Record<string, string>> = {
          ...attributes,
          QueueArn: queues.arnOf(name),
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(inFlight),
          ApproximateNumberOfMessagesDelayed: String(delayed),
          CreatedTimestamp: String(Math.floor(createdAtMs / 1000)),
          LastModifiedTimestamp: String(Math.floor(modifiedAtMs / 1000)),
        };
        const asked = Object.entries(known).filter(([each]) => names.includes('All') || names.includes(each));
        return { Attributes: orNothing(Object.fromEntries(asked)) };
      },
    ),
    SetQueueAttributes: operation(
      { QueueUrl, Attributes },
      async ({ queues }, { QueueUrl: name, Attributes: attributes }) => {
        checkAttributes(attributes);
        await queues.setAttributes(name, attributes);
        return {};
      },
    ),
    PurgeQueue: operation({ QueueUrl }, async ({ queues }, { QueueUrl: name }) => {
      await queues.purge(name);
      return {};
    }),
    SendMessage: operation({ QueueUrl, ...newMessage }, (call, { QueueUrl: queue, ...message }) =>
      send(call, queue, message),
    ),
    SendMessageBatch: operation(
      { QueueUrl, Entries: Entries(newMessage) },
      async (call, { QueueUrl: queue, Entries: entries }) => {
        call.queues.existing(queue);
        if (entries.reduce((sum, entry) => sum + bytesOf(entry), 0) > maxBatchBytes) {
          throw batchError('BatchRequestTooLong', `Batch requests cannot be longer than ${maxBatchBytes} bytes.`);
        }
        return batch(entries, (entry) => send(call, queue, entry));
      },
    ),
    ReceiveMessage: operation(
      {
        QueueUrl,
        AttributeNames: z.array(z.string()).default([]),
        MessageSystemAttributeNames: z.array(z.string()).default([]),
        MessageAttributeNames: z.array(z.string()).default([]),
        MaxNumberOfMessages: z.int().min(1).max(10).default(1),
        VisibilityTimeout: VisibilityTimeout.optional(),
        WaitTimeSeconds: z.int().min(0).max(20).optional(),
      },
      async (call, input) => {
        const { queues, signal } = call;
        const queue = input.QueueUrl;
        const messages = await queues.receive(queue, {
          maxMessages: input.MaxNumberOfMessages,
          visibilitySeconds: input.VisibilityTimeout,
          waitSeconds: input.WaitTimeSeconds,
          signal,
        });
        const names = [...input.AttributeNames, ...input.MessageSystemAttributeNames];
        const received = messages.map((message) => {
          const attributes = chosen(message.attributes, input.MessageAttributeNames);
          const system = Object.entries(systemAttributes(call, message)).filter(
            ([name, value]) => value !== undefined && (names.includes('All') || names.includes(name)),
          );
          return {
            MessageId: message.id,
            ReceiptHandle: receiptHandleOf(queue, message),
            MD5OfBody: md5(message.body),
            Body: message.body,
            Attributes: orNothing(Object.fromEntries(system)),
            MD5OfMessageAttributes: md5OfAttributes(attributes),
            MessageAttributes: orNothing(attributes),
          };
        });
        return received.length > 0 ? { Messages: received } : {};
      },
    ),
    DeleteMessage: operation(
      { QueueUrl, ReceiptHandle: z.string() },
      async ({ queues }, { QueueUrl: queue, ReceiptHandle: handle }) => {
        await queues.deleteMessage(queue, handle);
        return {};
      },
    ),
    DeleteMessageBatch: operation(
      { QueueUrl, Entries: Entries({ ReceiptHandle: z.string() }) },
      async ({ queues }, { QueueUrl: queue, Entries: entries }) => {
        queues.existing(queue);
        return batch(entries, async ({ ReceiptHandle: handle }) => {
          await queues.deleteMessage(queue, handle);
          return {};
        });
      },
    ),
    ChangeMessageVisibility: operation(
      { QueueUrl, ReceiptHandle: z.string(), VisibilityTimeout },
      async ({ queues }, { QueueUrl: queue, ReceiptHandle: handle, VisibilityTimeout: seconds }) => {
        await queues.changeVisibility(queue, handle, seconds);
        return {};
      },
    ),
    ChangeMessageVisibilityBatch: operation(
      { QueueUrl, Entries: Entries({ ReceiptHandle: z.string(), VisibilityTimeout }) },
      async ({ queues }, { QueueUrl: queue, Entries: entries }) => {
        queues.existing(queue);
        return batch(entries, async ({ ReceiptHandle: handle, VisibilityTimeout: seconds }) => {
          await queues.changeVisibility(queue, handle, seconds);
          return {};
        });
      },
    ),
  }),
);
