import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateBucketCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { startS3 } from '../../../local/services/s3/s3';
import { credentials, get, put, type TestS3, textOf } from './s3-fixture';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 's3-'));
});
afterEach(() => rm(dir, { recursive: true }));

const Bucket = 'files';
const clientOf = (endpoint: string): Omit<TestS3, 'close'> => ({
  endpoint,
  Bucket,
  client: new S3Client({ endpoint, maxAttempts: 1, forcePathStyle: true }),
});
const open = async () => {
  const service = await startS3({ dir, credentials, region: 'us-east-1' });
  const s3: TestS3 = { ...clientOf(service.url), close: service.close };
  await s3.client.send(new CreateBucketCommand({ Bucket }));
  return s3;
};
const contentFiles = () => readdir(join(dir, Bucket, 'content'));

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it never came to be so');
}

test('finds its buckets and objects again after a restart, and sweeps away what was never finished', async () => {
  const first = await open();
  await put(first, 'kept/ü', 'kept', { ContentType: 'text/csv' });
  await first.close();
  await writeFile(join(dir, Bucket, 'content', 'nobodys'), 'x');
  await writeFile(join(dir, Bucket, 'objects', 'half.json.tmp'), '{');

  const second = await open();
  expect(await textOf(second, 'kept/ü')).toBe('kept');
  expect((await get(second, 'kept/ü')).ContentType).toBe('text/csv');
  expect(await contentFiles()).toHaveLength(1);
  expect(await readdir(join(dir, Bucket, 'objects'))).toHaveLength(1);
  await second.close();
});

test('leaves no bytes of what was replaced, deleted or refused', async () => {
  const s3 = await open();
  await put(s3, 'a', '1');
  await put(s3, 'a', '2');
  await expect(put(s3, 'b', 'x', { ChecksumCRC32: 'AAAAAA==' })).rejects.toThrow();
  await Promise.allSettled(Array.from({ length: 10 }, (_, i) => put(s3, 'c', `${i}`, { IfNoneMatch: '*' })));
  expect(await contentFiles()).toHaveLength(2);
  await s3.close();
});

test('an upload that its client cuts off leaves nothing', async () => {
  const s3 = await open();
  const url = new URL(await getSignedUrl(s3.client, new PutObjectCommand({ Bucket, Key: 'cut' }), {}));
  const socket = connect(Number(url.port), url.hostname);
  socket.write(
    `PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(5000)}`,
  );
  await until(async () => (await contentFiles()).length === 1);
  socket.destroy();
  await until(async () => (await contentFiles()).length === 0);
  await expect(get(s3, 'cut')).rejects.toMatchObject({ name: 'NoSuchKey' });
  await s3.close();
});

test('has every acknowledged object whole, and no other, after its process was killed amid writes', async () => {
  const script = `
    const { startS3 } = require(${JSON.stringify(resolve('local/services/s3/s3.ts'))});
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    startS3({ dir: process.argv[1], credentials, region: 'us-east-1' }).then(({ url }) => console.log(url));
  `;
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', script, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await once(createInterface(child.stdout), 'line');
  const writer = clientOf(url) as TestS3;
  await writer.client.send(new CreateBucketCommand({ Bucket }));

  const bodyOf = (key: string) => key.repeat(3000);
  const acknowledged = new Set<string>();
  let next = 0;
  const writeUntilKilled = async () => {
    for (;;) {
      const key = `key-${next++}`;
      try {
        await put(writer, key, bodyOf(key));
      } catch {
        return;
      }
      acknowledged.add(key);
      if (acknowledged.size === 150) child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: 8 }, writeUntilKilled));

  const s3 = await open();
  const listed: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3.client }, { Bucket })) {
    listed.push(...Contents.map(({ Key }) => Key ?? ''));
  }
  for (const key of acknowledged) expect(listed).toContain(key);
  for (const key of listed) expect(await textOf(s3, key)).toBe(bodyOf(key));
  await s3.close();
});
