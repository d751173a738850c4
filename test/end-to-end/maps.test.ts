import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { clientOf } from './client';
import { jsonOf, useServer } from './server';
import { servicesOf } from './services';

jest.setTimeout(120_000);

const server = useServer();
const { get, post, send, aUser, uploadMap } = clientOf(server);

const point = '{"type":"Point","coordinates":[5.3,60.4]}';

/** Uploads a map, waits until it is processed or failed, and gives its id. */
async function processedMap(token: string, name: string, content: string, fields = {}): Promise<string> {
  const { id } = await jsonOf(uploadMap(token, name, content, fields));
  while (['pending', 'processing'].includes((await jsonOf(get(`/maps/${id}/status`, token))).status)) await sleep(50);
  return id;
}

const change = (id: string, is_public: unknown, token?: string) =>
  send(
    `/maps/${id}`,
    { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ is_public }) },
    token,
  );
const codeOf = async (answer: Promise<Response>) => {
  const { status, code } = await jsonOf(answer);
  return [status, code];
};

let ann = '';
let bob = '';
beforeAll(async () => {
  [ann, bob] = await Promise.all([aUser('ann@example.com'), aUser('bob@example.com')]);
});

test('a map is uploaded, processed by itself and downloaded by a guest under its own name', async () => {
  const answer = await uploadMap(ann, 'a+b c%20é.geojson', point);
  const map = await jsonOf(answer);
  expect(answer.status).toBe(200);
  expect(map).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    name: 'a+b c%20é.geojson',
    status: 'pending',
    is_public: true,
    is_processed: false,
    file_path: `ann%40example.com/${map.id}/a+b c%20é.geojson`,
  });
  expect(answer.headers.get('location')).toBe(`/api/v1/maps/${map.id}`);
  while ((await jsonOf(get(`/maps/${map.id}/status`))).status !== 'processed') await sleep(50);
  expect(await jsonOf(get(`/maps/${map.id}/status`))).toEqual({
    status: 'processed',
    media_type: 'application/geo+json',
    feature_count: 1,
  });
  const download = await get(`/maps/${map.id}`);
  expect(await download.text()).toBe(point);
  expect(Object.fromEntries(download.headers)).toMatchObject({
    'content-type': 'application/geo+json',
    'content-disposition': `attachment; filename="a+b c%20?.geojson"; filename*=UTF-8''a%2Bb%20c%2520%C3%A9.geojson`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
    'accept-ranges': 'bytes',
  });
});

test('a download takes ranges and ETags as a file does', async () => {
  const id = await processedMap(ann, 'file.txt', 'north is up');
  const etag = (await get(`/maps/${id}`)).headers.get('etag') ?? '';
  const range = { range: 'bytes=6-7' };
  const part = await get(`/maps/${id}`, undefined, { ...range, 'if-range': etag });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 6-7/11', 'is']);
  expect((await get(`/maps/${id}`, undefined, { ...range, 'if-range': '"other"' })).status).toBe(200);
  expect((await get(`/maps/${id}`, undefined, { 'if-none-match': etag })).status).toBe(304);
  expect(await codeOf(get(`/maps/${id}`, undefined, { range: 'bytes=99-' }))).toEqual([416, 'RangeNotSatisfiable']);
});

test('a private map is a missing one to all but its owner, until it is made public', async () => {
  const id = await processedMap(ann, 'secret.txt', 'x', { is_public: 'false' });
  for (const path of [`/maps/${id}`, `/maps/${id}/status`]) {
    expect((await get(path, ann)).status).toBe(200);
    for (const token of [undefined, bob]) expect(await codeOf(get(path, token))).toEqual([404, 'MapNotFound']);
  }
  expect(await codeOf(post(`/maps/${id}/link`, {}, bob))).toEqual([404, 'MapNotFound']);
  expect(await codeOf(change(id, true, bob))).toEqual([404, 'MapNotFound']);
  expect(await codeOf(change(id, true))).toEqual([401, 'Unauthenticated']);
  expect(await codeOf(change(id, 'yes', ann))).toEqual([400, 'ValidationFailed']);
  expect(await jsonOf(change(id, true, ann))).toMatchObject({ id, is_public: true, is_processed: true });
  expect((await get(`/maps/${id}`)).status).toBe(200);
});

test('a token that is sent must be good, even for a public map', async () => {
  const id = await processedMap(ann, 'file.txt', 'x');
  for (const authorization of ['Bearer none', 'Bearer ', 'Basic YTpi', `Bearer ${ann}x`, ann]) {
    expect(await codeOf(get(`/maps/${id}`, undefined, { authorization }))).toEqual([401, 'Unauthenticated']);
  }
  const eve = await aUser('eve@example.com');
  expect((await get(`/maps/${id}`, eve)).status).toBe(200);
  await post('/auth/logout', undefined, eve);
  expect(await codeOf(get(`/maps/${id}/status`, eve))).toEqual([401, 'Unauthenticated']);
  expect((await get(`/maps/${id}`)).status).toBe(200);
});

test('an empty file fails with the reason, and is never served', async () => {
  const id = await processedMap(ann, 'empty.png', '');
  expect(await jsonOf(get(`/maps/${id}/status`))).toEqual({ status: 'failed', reason: 'The file is empty.' });
  const answer = await get(`/maps/${id}`);
  expect([answer.status, (await jsonOf(answer)).code, answer.headers.get('retry-after')]).toEqual([
    409,
    'MapFailed',
    null,
  ]);
});

test('a link leads to the bytes without a token', async () => {
  const id = await processedMap(ann, 'file.txt', 'north is up', { is_public: 'false' });
  const { url } = await jsonOf(post(`/maps/${id}/link`, { expires_in: 60 }, ann));
  const answer = await fetch(url);
  expect(await answer.text()).toBe('north is up');
  expect(answer.headers.get('content-type')).toBe('text/plain');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="file.txt"');
});

test("one's own maps are listed in pages, the newest first", async () => {
  const token = await aUser('lister@example.com');
  expect(await jsonOf(get('/maps', token))).toEqual({ data: [], next_cursor: null });
  const ids: string[] = [];
  for (const name of ['1.txt', '2.txt', '3.txt']) ids.unshift((await jsonOf(uploadMap(token, name, 'x'))).id);
  const first = await jsonOf(get('/maps?limit=2', token));
  const second = await jsonOf(get(`/maps?limit=2&cursor=${first.next_cursor}`, token));
  expect([...first.data, ...second.data].map(({ id }: { id: string }) => id)).toEqual(ids);
  expect(second.next_cursor).toBeNull();
  expect(await codeOf(get(`/maps?cursor=${first.next_cursor}`, bob))).toEqual([400, 'ValidationFailed']);
});

test.each([
  ['no file', new FormData(), 400, 'InvalidMultipart'],
  ['JSON', '{}', 415, 'UnsupportedMediaType'],
])('an upload of %s is refused', async (_, body, status, code) => {
  expect(await codeOf(send('/maps', { method: 'POST', body }, ann))).toEqual([status, code]);
});

test('fields that are not known, and values that are none, are refused with a pointer', async () => {
  const refused = await jsonOf(uploadMap(ann, 'a.txt', 'x', { is_public: 'maybe' }));
  expect([refused.status, refused.errors[0].pointer]).toEqual([400, '/is_public']);
  const unknown = await jsonOf(uploadMap(ann, 'a.txt', 'x', { is_pubic: 'true' }));
  expect([unknown.status, unknown.errors[0].pointer]).toEqual([400, '/is_pubic']);
  expect((await jsonOf(uploadMap(ann, 'a.txt', 'x'.repeat(4 * 1024 * 1024 + 1)))).code).toBe('PayloadTooLarge');
  expect((await uploadMap(ann, 'a.txt', 'x'.repeat(4 * 1024 * 1024))).status).toBe(200);
});

test('an id that nobody has is a missing map', async () => {
  for (const id of [randomUUID(), 'x']) expect(await codeOf(get(`/maps/${id}`))).toEqual([404, 'MapNotFound']);
});

test('messages that nobody can process hold no map up', async () => {
  const { sqs, outputs } = servicesOf(server.current.dataDir);
  for (const MessageBody of ['{', '{"Records":[]}', '{"Event":"s3:TestEvent"}']) {
    await sqs.send(new SendMessageCommand({ QueueUrl: outputs['MapsQueueUrl'], MessageBody }));
  }
  expect(await processedMap(ann, 'after.txt', 'x')).toBeTruthy();
});

test('a map whose message is a dead letter fails, when nobody is at it any more', async () => {
  const { sqs, s3, dynamo, outputs } = servicesOf(server.current.dataDir);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const deadLetters = QueueUrls.find((url) => url.includes('DeadLetters'));
  const hasten = (QueueUrl: string | undefined, VisibilityTimeout: string) =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout } }));
  await Promise.all([hasten(outputs['MapsQueueUrl'], '0'), hasten(deadLetters, '1')]);
  const id = randomUUID();
  // As if the processor of another message had died: its lease outlasts the receives of this one.
  const put = (lease_ends_at_ms: number) =>
    dynamo.send(
      new PutCommand({
        TableName: outputs['MapsTable'],
        Item: {
          id,
          home: 'ann%40example.com/',
          name: 'a.txt',
          is_public: true,
          uploaded_at: new Date().toISOString(),
          status: 'processing',
          lease_holder: 'another message',
          lease_token: 'dead',
          lease_ends_at_ms,
        },
      }),
    );
  await put(Date.now() + 3_600_000);
  const Key = `ann%40example.com/${id}/a.txt`;
  await s3.send(new PutObjectCommand({ Bucket: outputs['MapsBucket'], Key, Body: 'x' }));
  const count = async () => {
    const asked = new GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ['All'] });
    const { Attributes = {} } = await sqs.send(asked);
    return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  };
  while ((await count()) === 0) await sleep(50);
  expect(await jsonOf(get(`/maps/${id}/status`))).toEqual({ status: 'processing' });

  await put(0);
  while ((await jsonOf(get(`/maps/${id}/status`))).status === 'processing') await sleep(50);
  expect(await jsonOf(get(`/maps/${id}/status`))).toEqual({
    status: 'failed',
    reason: expect.stringContaining('given it up'),
  });
  while ((await count()) > 0) await sleep(50);
});
