import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import { startEventSource } from '../../../local/functions/event-source';
import type { EventSourceConfig } from '../../../local/template/messaging';
import { openSqs, type TestSqs } from '../services/sqs/fixture';

// A function is a list of the events that it was given, and what it answers to each.

let sqs: TestSqs;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  sqs = await openSqs();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => sqs.close());

type Answer = (event: SQSEvent) => unknown;

/** Puts messages into a queue and polls it until `isOver`. */
async function poll(
  bodies: readonly string[],
  answer: Answer,
  isOver: (events: readonly SQSEvent[]) => boolean,
  more: Partial<EventSourceConfig> = {},
  attributes: Record<string, string> = {},
) {
  const url = await sqs.queue(attributes);
  for (const body of bodies)
    await sqs.send(url, body, { MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } });
  const events: SQSEvent[] = [];
  const config = {
    queueName: url.split('/').at(-1) ?? '',
    functionName: 'f',
    batchSize: 10,
    reportsItemFailures: true,
    ...more,
  };
  const stop = startEventSource(config, {
    sqs: sqs.client,
    async *invoke(_name, { payload }) {
      const event = JSON.parse(payload) as SQSEvent;
      events.push(event);
      yield Buffer.from(JSON.stringify(await answer(event)) ?? 'null');
    },
    onFault: () => {},
  });
  while (!isOver(events)) await sleep(10);
  await stop();
  const left = async () =>
    Number(await sqs.attribute(url, 'ApproximateNumberOfMessages')) +
    Number(await sqs.attribute(url, 'ApproximateNumberOfMessagesNotVisible'));
  return { url, events, left: await left() };
}

const bodiesOf = (events: readonly SQSEvent[]) => events.flatMap(({ Records }) => Records.map(({ body }) => body));
const seen = (count: number) => (events: readonly SQSEvent[]) => bodiesOf(events).length >= count;

test('a function is given messages as Lambda gives them, and those that it is done with are deleted', async () => {
  const { url, events, left } = await poll(['one'], () => ({ batchItemFailures: [] }), seen(1));
  expect(left).toBe(0);
  expect(events[0]?.Records[0]).toMatchObject({
    messageId: expect.any(String),
    receiptHandle: expect.any(String),
    body: 'one',
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.any(String), SenderId: expect.any(String) },
    messageAttributes: { a: { stringValue: 'b', dataType: 'String' } },
    md5OfBody: 'f97c5d29941bfb1b2fdab0874906ab82',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${url.split('/').at(-1)}`,
    awsRegion: 'us-east-1',
  });
});

test('batches are no larger than was asked for', async () => {
  const bodies = Array.from({ length: 7 }, (_, index) => String(index));
  const { events, left } = await poll(bodies, () => null, seen(7), { batchSize: 3 });
  expect(Math.max(...events.map(({ Records }) => Records.length))).toBeLessThanOrEqual(3);
  expect(bodiesOf(events).sort()).toEqual(bodies);
  expect(left).toBe(0);
});

test('only the messages that are reported as failed stay', async () => {
  const report: Answer = ({ Records }) => ({
    batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  });
  expect((await poll(['good', 'bad', 'good'], report, seen(3))).left).toBe(1);
});

test.each<[string, Answer, number]>([
  ['fails', () => Promise.reject(new Error('no')), 2],
  ['names a message that it was not given', () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] }), 2],
  ['names none', () => ({ batchItemFailures: [{}] }), 2],
  ['answers nothing', () => undefined, 0],
  ['answers something else', () => ({ hello: 1 }), 0],
])('of a function that %s, the batch stays or goes as a whole', async (_, answer, expected) => {
  expect((await poll(['a', 'b'], answer, seen(2))).left).toBe(expected);
});

test('a report counts for nothing where the mapping does not ask for it', async () => {
  const report: Answer = ({ Records }) => ({ batchItemFailures: [{ itemIdentifier: Records[0]?.messageId }] });
  expect((await poll(['a'], report, seen(1), { reportsItemFailures: false })).left).toBe(0);
});

test('what fails is delivered again until it is a dead letter', async () => {
  const deadLetters = await sqs.queue();
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: await sqs.arnOf(deadLetters), maxReceiveCount: 3 });
  const fail = () => Promise.reject(new Error('no'));
  const { events } = await poll(['poison'], fail, seen(3), {}, { VisibilityTimeout: '0', RedrivePolicy });
  while ((await sqs.receive(deadLetters)).length === 0) await sleep(10);
  expect(events.map(({ Records }) => Records[0]?.attributes.ApproximateReceiveCount)).toEqual(['1', '2', '3']);
});

test('a queue that is not there is tried again, and told of', async () => {
  const faults: string[] = [];
  const config = { queueName: 'not-yet', functionName: 'f', batchSize: 1, reportsItemFailures: true };
  const stop = startEventSource(config, {
    sqs: sqs.client,
    async *invoke() {},
    onFault: (_, message) => faults.push(message),
  });
  stops.push(stop);
  while (faults.length === 0) await sleep(10);
  expect(faults[0]).toContain('cannot be polled');
});
