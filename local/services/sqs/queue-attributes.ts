import { invalidAttributeName, invalidAttributeValue } from './errors';

/** What a queue's creator decides, as SQS writes it: text. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** Ranges and defaults. Source: SQS API reference, CreateQueue. */
const numbers: Readonly<Record<string, readonly [least: number, most: number, byDefault: number]>> = {
  DelaySeconds: [0, 900, 0],
  MaximumMessageSize: [1024, 1024 * 1024, 1024 * 1024],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
  VisibilityTimeout: [0, 43_200, 30],
};

/** Kept and shown, without effect: nobody but the one account calls, and nothing here is encrypted at rest. */
const inert = ['Policy', 'RedriveAllowPolicy', 'SqsManagedSseEnabled'];

/** What a queue does where its creator says nothing. */
export const defaultAttributes: QueueAttributes = {
  ...Object.fromEntries(Object.entries(numbers).map(([name, [, , byDefault]]) => [name, String(byDefault)])),
  SqsManagedSseEnabled: 'true',
};

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  /** A message that was received so often is not received again, but moved. */
  readonly maxReceiveCount: number;
}

/** Throws SqsError InvalidAttributeName, InvalidAttributeValue. */
export function checkAttributes(attributes: QueueAttributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    const range = numbers[name];
    if (range) {
      const [least, most] = range;
      if (!/^\d+$/.test(value) || Number(value) < least || Number(value) > most) throw invalidAttributeValue(name);
    } else if (name === 'RedrivePolicy') {
      if (value !== '' && !parseRedrivePolicy(value)) throw invalidAttributeValue(name);
    } else if (!inert.includes(name)) {
      throw invalidAttributeName(name);
    }
  }
}

export const secondsOf = (attributes: QueueAttributes, name: string): number => Number(attributes[name]);

export function redrivePolicyOf(attributes: QueueAttributes): RedrivePolicy | undefined {
  const { RedrivePolicy: text } = attributes;
  return text ? parseRedrivePolicy(text) : undefined;
}

function parseRedrivePolicy(text: string): RedrivePolicy | undefined {
  try {
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text) as Record<string, unknown>;
    const count = Number(maxReceiveCount);
    if (typeof deadLetterTargetArn !== 'string' || !Number.isInteger(count) || count < 1 || count > 1000)
      return undefined;
    return { deadLetterTargetArn, maxReceiveCount: count };
  } catch {
    return undefined;
  }
}
