import { GetObjectCommand, ListObjectsV2Command, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { AppError } from '../errors';
import type { SessionCredentials } from './identity-pool';

export interface EventFile {
  /** Bytes, where it is known. */
  readonly size?: number;
  /** Each chunk is valid until the next is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface EventStore {
  /**
   * The last keys of a bucket in their order, `count` at most: the newest days, where keys are named after days. Of more
   * than 10 000 keys the last among those. Throws AppError S3Denied, S3NotFound, S3Unavailable.
   */
  lastKeys(bucket: string, count: number): Promise<readonly string[]>;
  /** Throws AppError S3Denied, S3NotFound, S3Unavailable; the last also while the chunks are read. */
  open(bucket: string, key: string): Promise<EventFile>;
}

/** Of a thousand keys each. */
const maxPages = 10;

/** Waits for a connection, for an answer, and for a connection on which nothing moves. */
const requestHandler = {
  connectionTimeout: 10_000,
  requestTimeout: 30_000,
  throwOnRequestTimeout: true,
  socketTimeout: 60_000,
};

/** S3, with the credentials of a user and no others. */
export function s3EventStore(credentials: SessionCredentials): EventStore {
  return {
    async lastKeys(bucket, count) {
      const s3 = new S3Client({ credentials, requestHandler });
      try {
        let keys: string[] = [];
        let after: string | undefined;
        for (let page = 0; page < maxPages; page += 1) {
          const command = new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: after });
          const { Contents = [], NextContinuationToken } = await s3.send(command);
          keys = [...keys, ...Contents.map(({ Key = '' }) => Key)].filter((key) => !key.endsWith('/')).slice(-count);
          after = NextContinuationToken;
          if (after === undefined) break;
        }
        return keys;
      } catch (error) {
        throw openError(error, `the list of files in the bucket ${bucket}`, bucket);
      } finally {
        s3.destroy();
      }
    },

    async open(bucket, key) {
      const s3 = new S3Client({ credentials, requestHandler });
      const where = `${key} in the bucket ${bucket}`;
      try {
        const { Body, ContentLength } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        const chunks = read(Body as AsyncIterable<Uint8Array>, s3, where);
        return { chunks, ...(ContentLength !== undefined && { size: ContentLength }) };
      } catch (error) {
        s3.destroy();
        throw openError(error, where, bucket);
      }
    },
  };
}

async function* read(body: AsyncIterable<Uint8Array>, s3: S3Client, where: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw unavailable(error, where);
  } finally {
    s3.destroy();
  }
}

function openError(error: unknown, where: string, bucket: string): AppError {
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  if (status === 404) {
    return new AppError('S3NotFound', `There is no ${where}. Check --bucket and --key, letter by letter.`, {
      cause: error,
    });
  }
  if (status === 403) {
    return new AppError(
      'S3Denied',
      `You may not read ${where}. Users may read the bucket of events of their own deployment only; check --bucket, or ask the operator for access to ${bucket}.`,
      { cause: error },
    );
  }
  return unavailable(error, where);
}

function unavailable(cause: unknown, where: string): AppError {
  const { name, message } = cause as Error;
  return new AppError(
    'S3Unavailable',
    `${where} could not be read (${message || name}). Check the network, and try again.`,
    {
      cause,
    },
  );
}
