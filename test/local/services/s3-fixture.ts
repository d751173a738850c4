import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startS3 } from '../../../local/services/s3/s3';

/** The key of the test environment. */
export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface TestS3 {
  readonly client: S3Client;
  readonly endpoint: string;
  readonly Bucket: string;
  readonly close: () => Promise<void>;
}

/** A bucket of an embedded S3 in a folder of its own, or of the S3 that S3_ENDPOINT names. */
export async function aBucket(): Promise<TestS3> {
  const remote = process.env['S3_ENDPOINT'];
  const dir = await mkdtemp(join(tmpdir(), 's3-'));
  const service = remote ? undefined : await startS3({ dir, credentials, region: 'us-east-1' });
  const endpoint = remote ?? service?.url ?? '';
  const client = new S3Client({ endpoint, maxAttempts: 1, forcePathStyle: true });
  const Bucket = `contract-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  const close = async () => {
    client.destroy();
    await service?.close();
    await rm(dir, { recursive: true });
  };
  return { client, endpoint, Bucket, close };
}

export const put = ({ client, Bucket }: TestS3, Key: string, Body: string | Uint8Array, more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

export const get = ({ client, Bucket }: TestS3, Key: string, more: object = {}) =>
  client.send(new GetObjectCommand({ Bucket, Key, ...more }));

export async function textOf(s3: TestS3, Key: string, more: object = {}): Promise<string> {
  const { Body } = await get(s3, Key, more);
  return (await Body?.transformToString()) ?? '';
}

/** Matches the error that the SDK makes of an answer of S3. */
export const failure = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });
