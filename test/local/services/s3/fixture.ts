import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  type HeadObjectCommandInput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { startS3 } from '../../../../local/services/s3/s3';

/** Those of the test environment, which another S3 must know, too. */
export const credentials = {
  accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
  secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
};
export const region = process.env['AWS_REGION'] ?? '';

/** Another S3 to run the contract against: `S3_ENDPOINT=http://... npx jest test/local/services/s3`. */
export const otherEndpoint = process.env['S3_ENDPOINT'];

export interface TestBucket {
  readonly endpoint: string;
  readonly bucket: string;
  readonly client: S3Client;
  put(key: string, body: PutObjectCommandInput['Body'], more?: Partial<PutObjectCommandInput>): ReturnType<typeof send>;
  get(key: string, more?: Partial<GetObjectCommandInput>): ReturnType<typeof sendGet>;
  head(key: string, more?: Partial<HeadObjectCommandInput>): ReturnType<typeof sendHead>;
  list(more?: Partial<ListObjectsV2CommandInput>): ReturnType<typeof sendList>;
  delete(key: string): Promise<unknown>;
  text(key: string): Promise<string>;
  close(): Promise<void>;
}

const send = (client: S3Client, input: PutObjectCommandInput) => client.send(new PutObjectCommand(input));
const sendGet = (client: S3Client, input: GetObjectCommandInput) => client.send(new GetObjectCommand(input));
const sendHead = (client: S3Client, input: HeadObjectCommandInput) => client.send(new HeadObjectCommand(input));
const sendList = (client: S3Client, input: ListObjectsV2CommandInput) => client.send(new ListObjectsV2Command(input));

export const clientOf = (endpoint: string, more: S3ClientConfig = {}): S3Client =>
  new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1, ...more });

/** A new bucket, in an embedded S3 of its own or in the other one. */
export async function openBucket(now?: () => number): Promise<TestBucket> {
  const dir = await mkdtemp(join(tmpdir(), 's3-'));
  const service = otherEndpoint ? undefined : await startS3({ dir, credentials, region, ...(now ? { now } : {}) });
  const endpoint = otherEndpoint ?? service?.url ?? '';
  const opened = bucketAt(endpoint, `contract-${randomUUID()}`);
  await opened.client.send(new CreateBucketCommand({ Bucket: opened.bucket }));
  return {
    ...opened,
    async close() {
      await opened.close();
      await service?.close();
      await rm(dir, { recursive: true });
    },
  };
}

/** A client for a bucket that may exist. */
export function bucketAt(endpoint: string, bucket: string): TestBucket {
  const client = clientOf(endpoint);
  return {
    endpoint,
    bucket,
    client,
    put: (Key, Body, more = {}) => send(client, { Bucket: bucket, Key, Body, ...more }),
    get: (Key, more = {}) => sendGet(client, { Bucket: bucket, Key, ...more }),
    head: (Key, more = {}) => sendHead(client, { Bucket: bucket, Key, ...more }),
    list: (more = {}) => sendList(client, { Bucket: bucket, ...more }),
    delete: (Key) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key })),
    text: async (Key) => (await (await sendGet(client, { Bucket: bucket, Key })).Body?.transformToString()) ?? '',
    close: async () => client.destroy(),
  };
}

/** What the SDK makes of S3's error; to be matched with `toMatchObject`. */
export const failure = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });
export const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

/** The code in an error's XML. */
export async function codeOf(response: Response): Promise<string | undefined> {
  return /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];
}
