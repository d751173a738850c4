import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type Part,
  paginateListObjectsV2,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { startS3 } from '../../../../local/services/s3/s3';
import { bucketAt, clientOf, credentials, failure, otherEndpoint, region, status, type TestBucket } from './fixture';
import { sign } from './signed-request';

// What is about our own files and processes, and so is not run against another S3.
const ours = otherEndpoint ? describe.skip : describe;

let dir: string;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 's3-'));
});
afterEach(async () => {
  await stop();
  await rm(dir, { recursive: true });
});

async function stop(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

async function start(): Promise<TestBucket> {
  const service = await startS3({ dir, credentials, region });
  closers.push(() => service.close());
  return openFiles(service.url);
}

async function openFiles(url: string): Promise<TestBucket> {
  const files = bucketAt(url, 'files');
  closers.push(() => files.close());
  await files.client.send(new CreateBucketCommand({ Bucket: 'files' }));
  return files;
}

/** Starts the service in a process of its own, by a shell that may first set a limit. */
async function startProcess(limit = ':'): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const script = join(__dirname, 'service-process.ts');
  const command = `${limit}; exec "$0" --import tsx "$1" "$2"`;
  const child = spawn('sh', ['-c', command, process.execPath, script, dir], {
    env: { ...process.env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  closers.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url };
}

/** Of a client that sends no checksums, as an upload begun without an algorithm asks. */
const bareClient = (url: string) => clientOf(url, { requestChecksumCalculation: 'WHEN_REQUIRED' });

const contents = () => readdir(join(dir, 'files', 'contents'));
const records = () => readdir(join(dir, 'files', 'records'));

ours('what was acknowledged', () => {
  test('is there after a restart, with all that belongs to it', async () => {
    const first = await start();
    const written = await first.put('ü', 'content', { ContentType: 'text/csv', Metadata: { a: 'b' } });
    const { LastModified } = await first.head('ü');
    await first.put('gone', 'x');
    await first.delete('gone');
    await stop();

    const second = await start();
    expect(await second.text('ü')).toBe('content');
    expect(await second.head('ü', { ChecksumMode: 'ENABLED' })).toMatchObject({
      ContentType: 'text/csv',
      Metadata: { a: 'b' },
      ETag: written.ETag,
      ChecksumCRC32: written.ChecksumCRC32,
      LastModified,
    });
    expect((await second.list()).Contents).toHaveLength(1);
  });

  test('survives a kill in the middle of many writes, whole, and nothing else is seen', async () => {
    const { child, url } = await startProcess();
    const files = await openFiles(url);
    const begun = new Map<string, string>();
    const acknowledged = new Map<string, string>();
    const killed = once(child, 'exit');

    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let number = 0; ; number++) {
        const bytes = randomBytes(200_000);
        const body = Buffer.concat([createHash('md5').update(bytes).digest(), bytes]);
        // Half of the writes replace an object.
        const key = `${writer}/${number % 2 === 0 ? 'replaced' : number}`;
        const digest = createHash('md5').update(body).digest('hex');
        begun.set(key, digest);
        try {
          await files.put(key, body);
        } catch {
          return;
        }
        acknowledged.set(key, digest);
        if (acknowledged.size === 60) child.kill('SIGKILL');
      }
    });
    await Promise.all(writers);
    await killed;

    const again = await start();
    const seen = new Map<string, string>();
    for await (const { Contents = [] } of paginateListObjectsV2({ client: again.client }, { Bucket: 'files' })) {
      for (const { Key = '' } of Contents) {
        const { Body } = await again.get(Key);
        const whole = Buffer.from((await Body?.transformToByteArray()) ?? []);
        expect(whole.length).toBe(200_016);
        expect(createHash('md5').update(whole.subarray(16)).digest().equals(whole.subarray(0, 16))).toBe(true);
        seen.set(Key, createHash('md5').update(whole).digest('hex'));
      }
    }
    for (const [key, digest] of acknowledged) {
      // A replacement may have been made and not yet acknowledged.
      expect([digest, begun.get(key)]).toContain(seen.get(key));
    }
    expect(await contents()).toHaveLength(seen.size);
    expect(await records()).toHaveLength(seen.size);
  }, 60_000);
});

ours('an upload in parts', () => {
  const begin = async (files: TestBucket, Key: string) => {
    const { UploadId } = await files.client.send(new CreateMultipartUploadCommand({ Bucket: 'files', Key }));
    return { Bucket: 'files', Key, UploadId };
  };
  type Upload = Awaited<ReturnType<typeof begin>>;
  const listed = async (files: TestBucket, upload: Upload) =>
    (await files.client.send(new ListPartsCommand(upload))).Parts ?? [];
  const complete = (files: TestBucket, upload: Upload, Parts: readonly Part[]) =>
    files.client.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) },
      }),
    );

  test('goes on after a kill with every part that was acknowledged, and becomes what was sent', async () => {
    const { child, url } = await startProcess();
    const killed = once(child, 'exit');
    const files = await openFiles(url);
    const upload = await begin(files, 'large');
    const parts = Array.from({ length: 8 }, () => randomBytes(5 * 1024 ** 2));
    const unchecked = bareClient(url);
    const put = (client: S3Client, number: number) =>
      client.send(new UploadPartCommand({ ...upload, PartNumber: number + 1, Body: parts[number] }));
    const acknowledged: number[] = [];
    const sending = parts.map(async (_, number) => {
      await put(unchecked, number).then(
        () => acknowledged.push(number + 1),
        () => undefined,
      );
      if (acknowledged.length === 3) child.kill('SIGKILL');
    });
    await Promise.all(sending);
    await killed;
    unchecked.destroy();

    const again = await start();
    const there = (await listed(again, upload)).map(({ PartNumber = 0 }) => PartNumber);
    expect(there).toEqual(expect.arrayContaining(acknowledged));
    expect((await again.list()).KeyCount).toBe(0);
    const client = bareClient(again.endpoint);
    for (const number of parts.keys()) if (!there.includes(number + 1)) await put(client, number);
    client.destroy();
    await complete(again, upload, await listed(again, upload));
    const whole = Buffer.from((await (await again.get('large')).Body?.transformToByteArray()) ?? []);
    expect(whole.equals(Buffer.concat(parts))).toBe(true);
    expect(await contents()).toHaveLength(parts.length);
  }, 60_000);

  test('is over once its object is there, even if its folder outlived it', async () => {
    const files = await start();
    const upload = await begin(files, 'done');
    const client = bareClient(files.endpoint);
    await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'used' }));
    await client.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: 'not used' }));
    client.destroy();
    const [folder, aside] = [join(dir, 'files', 'uploads'), join(dir, 'aside')];
    await cp(folder, aside, { recursive: true });
    await complete(files, upload, (await listed(files, upload)).slice(0, 1));
    expect(await contents()).toHaveLength(1);
    await stop();
    await cp(aside, folder, { recursive: true });
    await rm(aside, { recursive: true });

    const again = await start();
    await expect(listed(again, upload)).rejects.toMatchObject(failure('NoSuchUpload', 404));
    expect(await again.text('done')).toBe('used');
    expect(await readdir(folder)).toEqual([]);
  });

  test('leaves nothing when it is aborted, or when its folder was half made', async () => {
    const files = await start();
    const upload = await begin(files, 'aborted');
    const client = bareClient(files.endpoint);
    await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x' }));
    await client.send(new AbortMultipartUploadCommand(upload));
    client.destroy();
    expect(await contents()).toEqual([]);
    await stop();
    await mkdir(join(dir, 'files', 'uploads', 'half-made'));
    await start();
    expect(await readdir(join(dir, 'files', 'uploads'))).toEqual([]);
  });
});

ours('what is being read', () => {
  test('stays until the reading ends, when its object is replaced or deleted', async () => {
    const files = await start();
    const old = randomBytes(8_000_000);
    await files.put('read', old);
    const readers = [(await files.get('read')).Body, (await files.get('read')).Body];
    await files.put('read', 'new');
    await files.delete('read');
    for (const reader of readers) {
      expect(Buffer.from((await reader?.transformToByteArray()) ?? []).equals(old)).toBe(true);
    }
    while ((await contents()).length > 0) await setImmediate();
  });
});

ours('what was not acknowledged', () => {
  test('is swept away at the start', async () => {
    const files = await start();
    await files.put('kept', 'x');
    await stop();
    await writeFile(join(dir, 'files', 'contents', 'of-no-record'), 'x');
    await writeFile(join(dir, 'files', 'records', 'half.json.1.tmp'), '{"key":');

    const again = await start();
    expect(await again.text('kept')).toBe('x');
    expect([(await contents()).length, await records()]).toEqual([1, [expect.stringMatching(/^[0-9a-f]{64}\.json$/)]]);
  });

  test('leaves nothing when it was refused', async () => {
    const files = await start();
    await files.put('kept', 'old');
    await expect(files.put('kept', 'new', { IfNoneMatch: '*' })).rejects.toMatchObject(status(412));
    await expect(files.put('kept', 'new', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject(status(400));
    const races = Array.from({ length: 10 }, () => files.put('raced', 'x', { IfNoneMatch: '*' }));
    await Promise.allSettled(races);
    expect(await contents()).toHaveLength(2);
    expect(await records()).toHaveLength(2);
  });

  test('leaves nothing when the client left in the middle', async () => {
    const files = await start();
    const { hostname, port } = new URL(files.endpoint);
    const path = '/files/cut';
    const headers = { 'content-length': '100000' };
    const { headers: signed } = sign(files.endpoint, { method: 'PUT', path, payloadHash: 'UNSIGNED-PAYLOAD', headers });
    const sent = request({ hostname, port, method: 'PUT', path, headers: { ...signed } });
    sent.on('error', () => undefined);
    sent.write('x'.repeat(50_000));
    while ((await contents()).length === 0) await setImmediate();
    sent.destroy();
    await stop();
    expect(await contents()).toEqual([]);
  });

  test('leaves nothing when the disk does not take it', async () => {
    // Files of more than a megabyte or two are refused by the system, as all are when a disk is full.
    const { url } = await startProcess('ulimit -f 2048');
    const files = await openFiles(url);
    await files.put('kept', 'old');
    const tooMuch = Buffer.alloc(3_000_000, 'x');
    for (const key of ['kept', 'new']) {
      await expect(files.put(key, tooMuch)).rejects.toMatchObject(failure('InternalError', 500));
    }
    expect(await files.text('kept')).toBe('old');
    await expect(files.head('new')).rejects.toMatchObject(status(404));
    expect(await contents()).toHaveLength(1);
    expect(await records()).toHaveLength(1);
  });
});

ours('a record that cannot be understood', () => {
  test.each(['{"key":', '{"key":"old","content":"x","size":1}'])('%s is named, with what to do', async (record) => {
    const files = await start();
    await files.put('kept', 'x');
    await stop();
    const path = join(dir, 'files', 'records', 'odd.json');
    await writeFile(path, record);
    await expect(startS3({ dir, credentials, region })).rejects.toThrow(`${path} cannot be read; move it away`);
  });
});

ours('the files', () => {
  test('are named after no key', async () => {
    const files = await start();
    for (const key of ['../../escaped', 'a/b', 'CON', 'x'.repeat(1024)]) await files.put(key, 'x');
    expect(await readdir(dir)).toEqual(['files']);
    for (const name of await records()) expect(name).toMatch(/^[0-9a-f]{64}\.json$/);
    for (const name of await contents()) expect(name).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('of what was replaced or deleted are removed', async () => {
    const files = await start();
    for (const body of ['1', '2', '3']) await files.put('replaced', body);
    await files.put('deleted', 'x');
    await files.delete('deleted');
    expect(await contents()).toHaveLength(1);
    expect(await records()).toHaveLength(1);
  });

  test('of a bucket that was half made are no bucket until it is created again', async () => {
    await mkdir(join(dir, 'files', 'records'), { recursive: true });
    await mkdir(join(dir, 'lost+found'));
    const service = await startS3({ dir, credentials, region });
    closers.push(() => service.close());
    const files = bucketAt(service.url, 'files');
    closers.push(() => files.close());
    await expect(files.list()).rejects.toMatchObject(failure('NoSuchBucket', 404));
    await files.client.send(new CreateBucketCommand({ Bucket: 'files' }));
    await files.put('kept', 'x');
    await stop();

    const again = await start();
    expect(await again.text('kept')).toBe('x');
    expect(await readdir(dir)).toEqual(['files', 'lost+found']);
  });
});
