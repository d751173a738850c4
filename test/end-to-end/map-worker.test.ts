import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { clientOf } from './client';
import { datadock, jsonOf, root, useServer } from './server';
import { servicesOf } from './services';

jest.setTimeout(120_000);

// With MAP_WORKER=off the messages of new maps stay on the queue, for whoever takes them.

const server = useServer({ MAP_WORKER: 'off' });
const { get, aUser, uploadMap } = clientOf(server);

const processOne = () => datadock('queue', 'process-one', '--outputs', join(server.current.dataDir, 'outputs.json'));

/** The messages that wait, as the SDK receives them; they are left where they are. */
async function waiting(): Promise<readonly unknown[]> {
  const { sqs, outputs } = servicesOf(server.current.dataDir);
  const received = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: outputs['MapsQueueUrl'], MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  );
  sqs.destroy();
  return (received.Messages ?? []).map(({ Body = '' }) => JSON.parse(Body));
}

test('messages are as their schema says, and the sample worker ends the maps of all of them', async () => {
  const token = await aUser('worker@example.com');
  const names = ['a+b c%20é.txt', 'empty.txt'];
  const [full, empty] = await Promise.all(
    names.map(async (name, index) => (await jsonOf(uploadMap(token, name, index === 0 ? 'x' : ''))).id),
  );
  const schema = z.fromJSONSchema(
    JSON.parse(readFileSync(join(root, 'docs', 'map-worker', 'message.schema.json'), 'utf8')),
  );
  const messages = await waiting();
  // S3 tells first that notifications are on.
  expect(messages).toHaveLength(3);
  expect(messages).toContainEqual(expect.objectContaining({ Event: 's3:TestEvent' }));
  for (const message of messages) expect(schema.safeParse(message).error).toBeUndefined();
  for (const other of [{ Records: [] }, { Event: 's3:Other' }, {}]) expect(schema.safeParse(other).success).toBe(false);

  const worker = spawn(process.execPath, ['docs/map-worker/worker.mjs', join(server.current.dataDir, 'outputs.json')], {
    cwd: root,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: worker.stdout })[Symbol.asyncIterator]();
  const printed = [await lines.next(), await lines.next()].map(({ value }) => JSON.parse(value));
  worker.kill();
  expect(printed.map(({ id }) => id).sort()).toEqual([full, empty].sort());
  expect(await jsonOf(get(`/maps/${full}/status`))).toEqual({
    status: 'processed',
    media_type: 'application/octet-stream',
  });
  expect(await jsonOf(get(`/maps/${empty}/status`))).toEqual({ status: 'failed', reason: 'The file is empty.' });
  expect(await (await get(`/maps/${full}`)).text()).toBe('x');
});

test('process-one handles exactly one message, the oldest, and says when there is none', async () => {
  const token = await aUser('ann@example.com');
  const ids: string[] = [];
  for (const name of ['1.txt', '2.txt']) ids.push((await jsonOf(uploadMap(token, name, 'x'))).id);
  const statuses = () => Promise.all(ids.map(async (id) => (await jsonOf(get(`/maps/${id}/status`))).status));

  const first = await processOne();
  expect([first.exitCode, first.stderr]).toEqual([0, '']);
  expect(JSON.parse(first.stdout)).toEqual({
    message_id: expect.any(String),
    maps: [{ id: ids[0], outcome: 'processed' }],
  });
  expect(await statuses()).toEqual(['processed', 'pending']);
  expect((await processOne()).exitCode).toBe(0);
  expect(await statuses()).toEqual(['processed', 'processed']);

  const none = await processOne();
  expect([none.exitCode, none.stdout]).toEqual([5, '']);
  expect(JSON.parse(none.stderr)).toEqual({ code: 'QueueEmpty', details: expect.any(String) });
});
