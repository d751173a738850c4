import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startSqs } from '../../../../local/services/sqs/sqs';
import { accountId, credentials, region, sqsAt } from './fixture';

// What is about our own files and processes.

let dir: string;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sqs-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(dir, { recursive: true });
});

async function start(now?: () => number) {
  const service = await startSqs({ dir, credentials, region, accountId, ...(now ? { now } : {}) });
  const sqs = sqsAt(service.url);
  const close = async () => {
    await sqs.close();
    await service.close();
  };
  return { ...sqs, service, close };
}

async function startProcess() {
  const script = join(__dirname, 'service-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, dir], {
    env: { ...process.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  closers.push(kill);
  return { ...sqsAt(url), kill };
}

const journal = () => join(dir, 'journal.ndjson');

test('after kill -9 amid traffic every message that was acknowledged is there, and none that was deleted', async () => {
  const first = await startProcess();
  const url = await first.queue({ VisibilityTimeout: '0' });
  const sent = new Set<string>();
  const removed = new Set<string>();
  const sending = (async () => {
    for (let count = 0; ; count++) sent.add(await first.send(url, `m${count}`));
  })().catch(() => undefined);
  const removing = (async () => {
    for (;;) {
      const [message] = await first.receive(url);
      if (!message || sent.size < 20) continue;
      await first.remove(url, message);
      removed.add(message.MessageId ?? '');
    }
  })().catch(() => undefined);
  while (removed.size < 20) await new Promise((resolve) => setTimeout(resolve, 10));
  await first.kill();
  await Promise.all([sending, removing]);

  const second = await startProcess();
  const again = url.replace(/^http:\/\/[^/]+/, second.endpoint);
  const there = new Set<string>();
  for (;;) {
    const messages = await second.receive(again, { MaxNumberOfMessages: 10, VisibilityTimeout: 60 });
    if (messages.length === 0) break;
    for (const { MessageId = '' } of messages) there.add(MessageId);
  }
  expect([...sent].filter((id) => !there.has(id) && !removed.has(id)).length).toBeLessThanOrEqual(1); // One delete may have been under way.
  expect([...removed].filter((id) => there.has(id))).toEqual([]);
});

test('how often a message was received, and until when it is in flight, outlives a restart', async () => {
  let nowMs = Date.now();
  const first = await start(() => nowMs);
  const deadLetters = await first.queue();
  const deadLetterTargetArn = await first.arnOf(deadLetters);
  const url = await first.queue({
    VisibilityTimeout: '30',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }),
  });
  await first.send(url, 'b');
  await first.receive(url);
  await first.close();

  const second = await start(() => nowMs);
  closers.push(second.close);
  expect(await second.receive(url)).toEqual([]);
  nowMs += 30_000;
  expect((await second.receive(url))[0]?.Attributes?.ApproximateReceiveCount).toBe('2');
  nowMs += 30_000;
  expect(await second.receive(url)).toEqual([]);
  expect(await second.receive(deadLetters)).toHaveLength(1);
});

test('a last line that was cut short is dropped, and the next is whole', async () => {
  const first = await start();
  const url = await first.queue();
  await first.send(url, 'acknowledged');
  await first.close();
  await appendFile(journal(), '{"kind":"message","queue":"');
  const second = await start();
  await second.send(url, 'after');
  await second.close();
  const third = await start();
  closers.push(third.close);
  expect((await third.receive(url, { MaxNumberOfMessages: 10 })).map(({ Body }) => Body)).toEqual([
    'acknowledged',
    'after',
  ]);
});

test('the journal does not grow with what has passed through', async () => {
  const first = await start();
  closers.push(first.close);
  const url = await first.queue();
  const body = 'x'.repeat(200_000);
  for (let count = 0; count < 20; count++) {
    await first.send(url, body);
    await first.remove(url, (await first.receive(url))[0]);
  }
  expect((await stat(journal())).size).toBeLessThan(2_000_000);
});

test('messages older than the retention period are gone', async () => {
  let nowMs = Date.now();
  const first = await start(() => nowMs);
  closers.push(first.close);
  const url = await first.queue({ MessageRetentionPeriod: '60' });
  await first.send(url, 'b');
  nowMs += 61_000;
  expect(await first.receive(url)).toEqual([]);
  expect(await first.attribute(url, 'ApproximateNumberOfMessages')).toBe('0');
});

test('what another service delivers is a message like any other', async () => {
  const first = await start();
  closers.push(first.close);
  const url = await first.queue();
  await first.service.deliver(await first.arnOf(url), 'from S3');
  expect((await first.receive(url))[0]?.Body).toBe('from S3');
  await expect(first.service.deliver('arn:aws:sqs:us-east-1:000000000000:none', 'x')).rejects.toThrow('no queue');
});

test('a request that is not signed, or not with the credentials, is refused', async () => {
  const first = await start();
  closers.push(first.close);
  const unsigned = await fetch(first.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSQS.ListQueues', 'content-type': 'application/x-amz-json-1.0' },
    body: '{}',
  });
  expect(unsigned.status).toBe(403);
  expect(await unsigned.json()).toMatchObject({ __type: expect.stringContaining('MissingAuthenticationToken') });
  const stranger = new SQSClient({
    endpoint: first.endpoint,
    region,
    credentials: { ...credentials, secretAccessKey: 'other' },
    maxAttempts: 1,
  });
  await expect(stranger.send(new ListQueuesCommand({}))).rejects.toMatchObject({
    name: 'InvalidSignatureException',
    $metadata: { httpStatusCode: 403 },
  });
  stranger.destroy();
});

test('a journal that is none is named, not overwritten', async () => {
  await writeFile(journal(), 'not JSON\n');
  await expect(start()).rejects.toThrow(journal());
  expect(await readFile(journal(), 'utf8')).toBe('not JSON\n');
});
