import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { openSqs, type TestSqs } from './fixture';

let sqs: TestSqs;
beforeAll(async () => {
  sqs = await openSqs();
});
afterAll(() => sqs.close());

const create = (QueueName: string, Attributes: Record<string, string> = {}) =>
  sqs.client.send(new CreateQueueCommand({ QueueName, Attributes }));

test('a queue is made once; made again with other attributes it is refused', async () => {
  const name = `contract-${randomUUID()}`;
  const { QueueUrl } = await create(name, { VisibilityTimeout: '7' });
  expect((await create(name, { VisibilityTimeout: '7' })).QueueUrl).toBe(QueueUrl);
  await expect(create(name, { VisibilityTimeout: '8' })).rejects.toMatchObject({ name: 'QueueNameExists' });
  expect((await sqs.client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl).toBe(QueueUrl);
});

test('its attributes are those of its creator, the defaults, and what can be counted', async () => {
  const QueueUrl = await sqs.queue({ VisibilityTimeout: '7' });
  const { Attributes } = await sqs.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({
    VisibilityTimeout: '7',
    DelaySeconds: '0',
    MessageRetentionPeriod: '345600',
    ReceiveMessageWaitTimeSeconds: '0',
    ApproximateNumberOfMessages: '0',
    QueueArn: expect.stringMatching(/^arn:aws:sqs:us-east-1:\d{12}:contract-/),
  });
  await sqs.client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '9' } }));
  expect(await sqs.attribute(QueueUrl, 'VisibilityTimeout')).toBe('9');
});

test.each([
  [{ VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
  [{ VisibilityTimeout: 'long' }, 'InvalidAttributeValue'],
  [{ RedrivePolicy: '{}' }, 'InvalidAttributeValue'],
  [{ NoSuchAttribute: '1' }, 'InvalidAttributeName'],
])('the attributes %j are refused', async (Attributes, name) => {
  await expect(sqs.queue(Attributes as Record<string, string>)).rejects.toMatchObject({ name });
});

test('queues are listed by how their names begin, in pages', async () => {
  const prefix = `page-${randomUUID().slice(0, 8)}`;
  for (const name of ['a', 'b', 'c']) await create(`${prefix}-${name}`);
  const list = (more: object) =>
    sqs.client.send(new ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: 2, ...more }));
  const first = await list({});
  const second = await list({ NextToken: first.NextToken });
  const names = [first, second].flatMap(({ QueueUrls = [] }) => QueueUrls.map((url) => url.split('/').at(-1)));
  expect(names).toEqual([`${prefix}-a`, `${prefix}-b`, `${prefix}-c`]);
  expect(second.NextToken).toBeUndefined();
});

test('a queue that was deleted, or never was, does not exist', async () => {
  const QueueUrl = await sqs.queue();
  await sqs.client.send(new DeleteQueueCommand({ QueueUrl }));
  const refusal = { name: 'QueueDoesNotExist', Code: 'AWS.SimpleQueueService.NonExistentQueue' };
  await expect(sqs.receive(QueueUrl)).rejects.toMatchObject(refusal);
  await expect(
    sqs.client.send(new GetQueueUrlCommand({ QueueName: `contract-${randomUUID()}` })),
  ).rejects.toMatchObject(refusal);
});

test('a name that no queue may have is refused', async () => {
  await expect(create('a name')).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
});
