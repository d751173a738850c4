import { createHash } from 'node:crypto';

/** A value that travels beside a message's body, as SQS's JSON protocol writes it; binary values are base64. */
export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, and perhaps a dot and a name of the sender's own. */
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: string | undefined;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** A message in a queue. Times are milliseconds since the epoch. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader?: string | undefined;
  readonly sentAtMs: number;
  /** Nobody receives it before then. */
  readonly visibleAtMs: number;
  /** How often it was received. */
  readonly receives: number;
  readonly firstReceivedAtMs?: number;
  readonly receivedAtMs?: number;
  /** The ARN of the queue that it was moved from, as a dead letter. */
  readonly deadLetterSource?: string;
}

export const md5 = (data: string | Buffer): string => createHash('md5').update(data).digest('hex');

/**
 * The digest of attributes, by which a client checks that they arrived. Undefined where there are none.
 * Source: SQS developer guide, "Calculating the MD5 message digest for message attributes".
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
    const isBinary = BinaryValue !== undefined;
    const value = isBinary ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue ?? '');
    return [
      withLength(Buffer.from(name)),
      withLength(Buffer.from(DataType)),
      Buffer.of(isBinary ? 2 : 1),
      withLength(value),
    ];
  });
  return md5(Buffer.concat(parts));
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** What a receive hands out, to name this delivery by. */
export const receiptHandleOf = (queue: string, { id, receives }: Message): string =>
  Buffer.from(JSON.stringify([queue, id, receives])).toString('base64url');

export interface Receipt {
  readonly queue: string;
  readonly id: string;
  /** Which delivery of the message it was, from 1. */
  readonly receives: number;
}

/** Undefined for text that no receive has handed out. */
export function readReceiptHandle(handle: string): Receipt | undefined {
  try {
    const [queue, id, receives] = JSON.parse(Buffer.from(handle, 'base64url').toString()) as [string, string, number];
    const receipt = { queue, id, receives };
    return receiptHandleOf(queue, receipt as unknown as Message) === handle ? receipt : undefined;
  } catch {
    return undefined;
  }
}
