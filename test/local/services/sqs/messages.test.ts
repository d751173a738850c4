import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { openSqs, type TestSqs } from './fixture';

let sqs: TestSqs;
beforeAll(async () => {
  sqs = await openSqs();
});
afterAll(() => sqs.close());

const bodies = (messages: readonly { readonly Body?: string }[]) => messages.map(({ Body }) => Body);

describe('a message', () => {
  test('arrives as it was sent, with what SQS knows of it; the SDK has checked its digests', async () => {
    const url = await sqs.queue();
    const MessageAttributes = {
      word: { DataType: 'String', StringValue: 'vært' },
      number: { DataType: 'Number.of-mine', StringValue: '3' },
      bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255) },
    };
    const id = await sqs.send(url, 'héllo\n', { MessageAttributes });
    const [message] = await sqs.receive(url, { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({
      MessageId: id,
      Body: 'héllo\n',
      MessageAttributes,
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
    });
    expect(message?.Attributes?.SenderId).toBeTruthy();
  });

  test('brings only the attributes that are asked for', async () => {
    const url = await sqs.queue();
    const value = { DataType: 'String', StringValue: 'v' };
    await sqs.send(url, 'b', { MessageAttributes: { 'a.one': value, 'a.two': value, other: value } });
    const [message] = await sqs.receive(url, { MessageAttributeNames: ['a.*'], MessageSystemAttributeNames: [] });
    expect(Object.keys(message?.MessageAttributes ?? {}).sort()).toEqual(['a.one', 'a.two']);
    expect(message?.Attributes).toBeUndefined();
  });

  test('is not seen by others while it is in flight, and again when its time is up', async () => {
    const url = await sqs.queue({ VisibilityTimeout: '1' });
    await sqs.send(url, 'b');
    const [first] = await sqs.receive(url);
    expect(await sqs.receive(url)).toEqual([]);
    expect(await sqs.attribute(url, 'ApproximateNumberOfMessagesNotVisible')).toBe('1');
    const [second] = await sqs.receive(url, { WaitTimeSeconds: 5 });
    expect(second).toMatchObject({ MessageId: first?.MessageId, Attributes: { ApproximateReceiveCount: '2' } });
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  test('that was deleted does not come back, and deleting it again is no error', async () => {
    const url = await sqs.queue({ VisibilityTimeout: '0' });
    await sqs.send(url, 'b');
    const [message] = await sqs.receive(url);
    await sqs.remove(url, message);
    await sqs.remove(url, message);
    expect(await sqs.receive(url)).toEqual([]);
  });

  test('waits for its delay', async () => {
    const url = await sqs.queue();
    await sqs.send(url, 'b', { DelaySeconds: 1 });
    expect(await sqs.receive(url)).toEqual([]);
    expect(await sqs.attribute(url, 'ApproximateNumberOfMessagesDelayed')).toBe('1');
    expect(bodies(await sqs.receive(url, { WaitTimeSeconds: 5 }))).toEqual(['b']);
  });

  test.each([
    ['without a body', { MessageBody: undefined }, 'MissingParameter'],
    ['with characters that XML has not', { MessageBody: 'a\u0000' }, 'InvalidMessageContents'],
    ['longer than a megabyte', { MessageBody: 'a'.repeat(1024 * 1024 + 1) }, 'InvalidParameterValue'],
    [
      'with an attribute of no type',
      { MessageAttributes: { a: { DataType: 'Text', StringValue: 'x' } } },
      'InvalidParameterValue',
    ],
  ])('%s is refused', async (_, more, Code) => {
    const QueueUrl = await sqs.queue();
    await expect(
      sqs.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'b', ...more })),
    ).rejects.toMatchObject({ Code, $metadata: { httpStatusCode: 400 } });
  });
});

describe('visibility', () => {
  const change = (QueueUrl: string, ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
    sqs.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));

  test('can be ended at once, and extended', async () => {
    const url = await sqs.queue({ VisibilityTimeout: '1' });
    await sqs.send(url, 'b');
    const [first] = await sqs.receive(url);
    await change(url, first?.ReceiptHandle, 0);
    const [second] = await sqs.receive(url);
    expect(second?.MessageId).toBe(first?.MessageId);
    await change(url, second?.ReceiptHandle, 30);
    await sleep(1200);
    expect(await sqs.receive(url)).toEqual([]);
  });

  test('is that of the receive, where it names one', async () => {
    const url = await sqs.queue();
    await sqs.send(url, 'b');
    await sqs.receive(url, { VisibilityTimeout: 0 });
    expect(await sqs.receive(url)).toHaveLength(1);
  });

  test('of a message that is not in flight cannot be changed', async () => {
    const url = await sqs.queue();
    await sqs.send(url, 'b');
    const [message] = await sqs.receive(url, { VisibilityTimeout: 0 });
    await expect(change(url, message?.ReceiptHandle, 5)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    await expect(change(url, 'nonsense', 5)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });
});

describe('receiving', () => {
  test('takes at most as many as were asked for', async () => {
    const url = await sqs.queue();
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `e${index}`, MessageBody: `m${index}` }));
    await sqs.client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    const seen: (string | undefined)[] = [];
    while (seen.length < 10) {
      const messages = await sqs.receive(url, { MaxNumberOfMessages: 4 });
      expect(messages.length).toBeLessThanOrEqual(4);
      seen.push(...bodies(messages));
    }
    expect(seen.sort()).toEqual(Entries.map(({ MessageBody }) => MessageBody));
  });

  test('waits for a message that comes while it waits', async () => {
    const url = await sqs.queue();
    const receiving = sqs.receive(url, { WaitTimeSeconds: 20 });
    await sleep(50);
    await sqs.send(url, 'late');
    expect(bodies(await receiving)).toEqual(['late']);
  });

  test('gives nobody a message who left while waiting', async () => {
    const url = await sqs.queue();
    const leaving = new AbortController();
    const { client } = sqs;
    const left = client.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), {
      abortSignal: leaving.signal,
    });
    await sleep(100);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    await sleep(300);
    await sqs.send(url, 'for the next');
    expect(bodies(await sqs.receive(url, { WaitTimeSeconds: 2 }))).toEqual(['for the next']);
  });
});

describe('a dead-letter queue', () => {
  test('gets a message when it was received exactly as often as the policy says', async () => {
    const deadLetters = await sqs.queue();
    const deadLetterTargetArn = await sqs.arnOf(deadLetters);
    const url = await sqs.queue({
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }),
    });
    const id = await sqs.send(url, 'poison');
    const counts: (string | undefined)[] = [];
    for (let receive = 0; receive < 3; receive++) {
      counts.push((await sqs.receive(url))[0]?.Attributes?.ApproximateReceiveCount);
    }
    expect(counts).toEqual(['1', '2', '3']);
    expect(await sqs.receive(url)).toEqual([]);
    const [dead] = await sqs.receive(deadLetters, { WaitTimeSeconds: 5 });
    expect(dead).toMatchObject({ MessageId: id, Body: 'poison' });
    expect(dead?.Attributes?.['DeadLetterQueueSourceArn' as 'SenderId']).toBe(await sqs.arnOf(url));
    expect(await sqs.attribute(url, 'ApproximateNumberOfMessages')).toBe('0');
  });

  test('must exist', async () => {
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:no-such-queue',
      maxReceiveCount: 3,
    });
    await expect(sqs.queue({ RedrivePolicy })).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
  });
});

describe('batches', () => {
  test('tell of each entry by itself', async () => {
    const url = await sqs.queue();
    await sqs.send(url, 'b');
    const [message] = await sqs.receive(url);
    const Entries = [
      { Id: 'good', ReceiptHandle: message?.ReceiptHandle },
      { Id: 'bad', ReceiptHandle: 'nonsense' },
    ];
    const failed = [{ Id: 'bad', Code: 'ReceiptHandleIsInvalid', SenderFault: true }];
    const changed = await sqs.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: Entries.map((entry) => ({ ...entry, VisibilityTimeout: 9 })),
      }),
    );
    expect(changed).toMatchObject({ Successful: [{ Id: 'good' }], Failed: failed });
    const deleted = await sqs.client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(deleted).toMatchObject({ Successful: [{ Id: 'good' }], Failed: failed });
    expect(await sqs.attribute(url, 'ApproximateNumberOfMessagesNotVisible')).toBe('0');
  });

  const entry = (Id: string) => ({ Id, MessageBody: 'b' });
  test.each([
    ['nothing', [], 'EmptyBatchRequest'],
    ['eleven', Array.from({ length: 11 }, (_, index) => entry(`e${index}`)), 'TooManyEntriesInBatchRequest'],
    ['two of one id', [entry('a'), entry('a')], 'BatchEntryIdsNotDistinct'],
    ['an id with a blank', [entry('a b')], 'InvalidBatchEntryId'],
    ['too much together', ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600_000) })), 'BatchRequestTooLong'],
  ])('of %s are refused', async (_, Entries, name) => {
    const QueueUrl = await sqs.queue();
    await expect(sqs.client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({ name });
    expect(await sqs.receive(QueueUrl)).toEqual([]);
  });
});

test('a purge leaves nothing, and the next must wait', async () => {
  const QueueUrl = await sqs.queue();
  await sqs.send(QueueUrl, 'b');
  await sqs.client.send(new PurgeQueueCommand({ QueueUrl }));
  expect(await sqs.receive(QueueUrl)).toEqual([]);
  await expect(sqs.client.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({
    name: 'PurgeQueueInProgress',
  });
});
