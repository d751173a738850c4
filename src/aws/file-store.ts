import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { setting } from '../config';

/** An object as a listing shows it. */
export interface StoredFile {
  readonly key: string;
  readonly size: number;
  /** Strong, with its quotes, as in the ETag header. */
  readonly etag: string;
  /** ISO 8601, UTC, whole seconds: all that S3 keeps. */
  readonly updatedAt: string;
}

export interface StoredContent {
  readonly contentType: string;
  readonly etag: string;
  /** Bytes in `chunks`: of the whole object, or of the range. */
  readonly length: number;
  /** As in the Content-Range header, when a range was asked for. */
  readonly contentRange?: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface ReadOptions {
  /** As in the Range header: one range of bytes. */
  readonly range?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Files by key. Keys are code points in NFC; the store knows nothing of users. */
export interface FileStore {
  /** In the order of the keys' UTF-8 bytes, those after `after` only. */
  list(
    prefix: string,
    limit: number,
    after?: string,
  ): Promise<{ readonly files: StoredFile[]; readonly more: boolean }>;
  /** Creates, never replaces: of several creations at once one wins, the others get `exists`. */
  create(key: string, bytes: Uint8Array, contentType: string, sha256: Buffer): Promise<StoredFile | 'exists'>;
  /** The bytes as they arrive; they must be read or returned, or the connection stays open. */
  read(
    key: string,
    options?: ReadOptions,
  ): Promise<StoredContent | 'missing' | 'not-modified' | 'range-not-satisfiable'>;
}

let client: S3Client | undefined;

export function s3FileStore(): FileStore {
  client ??= new S3Client({});
  const s3 = client;
  const Bucket = setting('FILES_BUCKET');

  return {
    async list(prefix, limit, after) {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket,
          Prefix: prefix,
          MaxKeys: limit,
          // XML cannot carry every character that a key may hold.
          EncodingType: 'url',
          ...(after === undefined ? {} : { StartAfter: after }),
        }),
      );
      const files = (page.Contents ?? []).map(({ Key = '', Size = 0, ETag = '', LastModified }) => ({
        key: decodeURIComponent(Key.replaceAll('+', ' ')),
        size: Size,
        etag: ETag,
        updatedAt: instant(LastModified),
      }));
      return { files, more: page.IsTruncated ?? false };
    },

    async create(key, bytes, contentType, sha256) {
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket,
            Key: key,
            Body: bytes,
            ContentType: contentType,
            ChecksumSHA256: sha256.toString('base64'),
            IfNoneMatch: '*',
          }),
        );
      } catch (error) {
        // 409 is S3's answer while another creation of the same key is under way.
        if (statusOf(error) === 412 || statusOf(error) === 409) return 'exists';
        throw error;
      }
      // PutObject does not tell when S3 says that the object was made, and a listing will.
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: key }));
      return {
        key,
        size: head.ContentLength ?? bytes.length,
        etag: head.ETag ?? '',
        updatedAt: instant(head.LastModified),
      };
    },

    async read(key, { range, ifNoneMatch, signal } = {}) {
      try {
        const object = await s3.send(
          new GetObjectCommand({ Bucket, Key: key, Range: range, IfNoneMatch: ifNoneMatch }),
          signal ? { abortSignal: signal } : {},
        );
        return {
          contentType: object.ContentType ?? 'application/octet-stream',
          etag: object.ETag ?? '',
          length: object.ContentLength ?? 0,
          ...(object.ContentRange ? { contentRange: object.ContentRange } : {}),
          chunks: object.Body as unknown as AsyncIterable<Uint8Array>,
        };
      } catch (error) {
        switch (statusOf(error)) {
          case 404:
            return 'missing';
          case 304:
            return 'not-modified';
          case 416:
            return 'range-not-satisfiable';
          default:
            throw error;
        }
      }
    },
  };
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** S3's listing and its headers show whole seconds; an emulator's listing may show more. */
const instant = (date: Date | undefined): string =>
  new Date(Math.floor((date?.getTime() ?? 0) / 1000) * 1000).toISOString().replace('.000Z', 'Z');
