import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { setting } from '../config';
import { AppError } from '../errors';

/** A file by what is in it. */
export interface LandedFile {
  readonly kind: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Imported files as they came: by kind and digest, so that none is ever changed or kept twice. */
export interface LandingStore {
  /**
   * Keeps a file, whose digest S3 verifies, so that one which is there already stays the same.
   * Throws AppError ImportUnreadable where the content is not what the digest says.
   */
  put(file: LandedFile, content: AsyncIterable<Uint8Array>): Promise<void>;
  read(file: Pick<LandedFile, 'kind' | 'sha256'>): AsyncIterable<Uint8Array>;
}

let client: S3Client | undefined;

export function s3LandingStore(): LandingStore {
  client ??= new S3Client({});
  const s3 = client;
  const Bucket = setting('LANDING_BUCKET');

  return {
    async put(file, content) {
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket,
            Key: keyOf(file),
            // The SDK can send bytes again after a fault, and a stream it cannot.
            Body: file.bytes <= maxHeldBytes ? await whole(content) : Readable.from(content, { objectMode: false }),
            ContentLength: file.bytes,
            ContentType: 'text/csv',
            ChecksumSHA256: Buffer.from(file.sha256, 'hex').toString('base64'),
          }),
        );
      } catch (error) {
        if (!(error instanceof S3ServiceException) || error.name !== 'BadDigest') throw error;
        throw new AppError('ImportUnreadable', 'The file was changed while it was imported.', { cause: error });
      }
    },

    async *read(file) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: keyOf(file) }));
      yield* Body as unknown as AsyncIterable<Uint8Array>;
    },
  };
}

const keyOf = ({ kind, sha256 }: Pick<LandedFile, 'kind' | 'sha256'>): string => `${kind}/${sha256}.csv`;

const maxHeldBytes = 8 * 1024 * 1024;

async function whole(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}
