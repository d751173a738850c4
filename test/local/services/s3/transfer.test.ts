import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { openBucket, type TestBucket } from './fixture';

let files: TestBucket;
beforeAll(async () => {
  files = await openBucket();
});
afterAll(() => files.close());

const megabyte = 1024 * 1024;
/** More than the connection and the two ends hold in their buffers. */
const large = () => randomBytes(24 * megabyte);

test.each(['replaced', 'deleted'])('who reads an object while it is %s gets the old bytes whole', async (fate) => {
  const old = large();
  await files.put('read', old);
  const { Body } = await files.get('read');
  if (fate === 'replaced') await files.put('read', 'new');
  else await files.delete('read');
  expect(old.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
});

test('reading goes on while an object is replaced over and over', async () => {
  await files.put('busy', 'x'.repeat(1000));
  let isDone = false;
  const writer = (async () => {
    for (let number = 0; number < 50; number++) await files.put('busy', String(number % 10).repeat(1000));
    isDone = true;
  })();
  const readers = Array.from({ length: 4 }, async () => {
    while (!isDone) expect(await files.text('busy')).toMatch(/^(.)\1{999}$/);
  });
  await Promise.all([writer, ...readers]);
});

test('a client that leaves in the middle harms nobody', async () => {
  await files.put('left', large());
  const url = await getSignedUrl(files.client, new GetObjectCommand({ Bucket: files.bucket, Key: 'left' }));
  for (let round = 0; round < 5; round++) {
    await new Promise<void>((resolve, reject) => {
      const sent = request(url, (response) => {
        response.once('data', () => {
          response.destroy();
          resolve();
        });
      });
      sent.on('error', reject);
      sent.end();
    });
  }
  expect((await files.head('left')).ContentLength).toBe(24 * megabyte);
});

test('objects are written and read at the same time', async () => {
  const bodies = Array.from({ length: 30 }, (_, index) => randomBytes(1000 * (index + 1)));
  await Promise.all(bodies.map((body, index) => files.put(`many/${index}`, body)));
  const read = await Promise.all(
    bodies.map(async (_, index) => (await files.get(`many/${index}`)).Body?.transformToByteArray()),
  );
  for (const [index, body] of bodies.entries()) expect(body.equals(read[index] ?? Buffer.alloc(0))).toBe(true);
});
