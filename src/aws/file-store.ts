import { randomUUID } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { setting } from '../config';
import { wasSentAgain } from './sent-again';

/** An object as a listing shows it. */
export interface StoredFile {
  readonly key: string;
  readonly size: number;
  /** Strong, with its quotes, as in the ETag header. */
  readonly etag: string;
  /** ISO 8601, UTC, whole seconds: all that S3 keeps. */
  readonly updatedAt: string;
}

/** Bytes to store; S3 verifies the digest. */
export interface NewContent {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly sha256: Buffer;
}

/** What the headers of an object's answer say. */
export interface StoredHead {
  readonly kind: 'head';
  readonly contentType: string;
  readonly etag: string;
  /** Bytes: of the whole object, or of the range. */
  readonly length: number;
  /** As in the Content-Range header, when a range was asked for. */
  readonly contentRange?: string;
  readonly updatedAt: string;
  /** Of the upload in parts that the object came from. */
  readonly uploadSession?: string;
  /** Of the write that it came from. */
  readonly write?: string;
}

export interface StoredContent extends Omit<StoredHead, 'kind'> {
  readonly kind: 'content';
  /** They must be read or returned, or the connection stays open. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** The reader holds the newest bytes already. */
export interface NotModified {
  readonly kind: 'not-modified';
  readonly etag: string;
}

/** The range begins after the end. */
export interface RangeNotSatisfiable {
  readonly kind: 'range-not-satisfiable';
  /** Bytes, where S3 tells. */
  readonly size?: number;
}

export interface ReadOptions {
  /** As in the Range header: one range of bytes. */
  readonly range?: string | undefined;
  /** An ETag: nothing else than this version is read. */
  readonly ifMatch?: string | undefined;
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
  create(key: string, content: NewContent): Promise<StoredFile | 'exists'>;
  /** Replaces what has this ETag still, and creates nothing. */
  replace(key: string, content: NewContent, etag: string): Promise<StoredFile | 'changed' | 'missing'>;
  /** The bytes as they arrive. */
  read(
    key: string,
    options?: ReadOptions,
  ): Promise<StoredContent | NotModified | RangeNotSatisfiable | 'changed' | 'missing'>;
  head(key: string, options?: Pick<ReadOptions, 'ifNoneMatch'>): Promise<StoredHead | NotModified | 'missing'>;
  /** A URL that answers the object, with this Content-Disposition and perhaps another type, to whoever has it. */
  link(key: string, disposition: string, expiresInSeconds: number, contentType?: string): Promise<string>;
  /** A key that holds nothing is no error. */
  delete(key: string): Promise<void>;
}

let client: S3Client | undefined;

/** The store in the bucket that a setting names. */
export function s3FileStore(bucket: 'FILES_BUCKET' | 'MAPS_BUCKET' = 'FILES_BUCKET'): FileStore {
  client ??= new S3Client({});
  const s3 = client;
  const Bucket = setting(bucket);

  const head = async (key: string) => headOf(await s3.send(new HeadObjectCommand({ Bucket, Key: key })));

  /**
   * Writes, and answers what is there then: PutObject does not tell when S3 says that the object was made, and a listing will.
   * Each write leaves its own name in the object, by which it knows itself when the condition no longer holds that it has
   * itself undone.
   */
  const put = async (
    key: string,
    { bytes, contentType, sha256 }: NewContent,
    condition: Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch'>,
  ): Promise<StoredFile | 'refused' | 'missing'> => {
    const write = randomUUID();
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: key,
          Body: bytes,
          ContentType: contentType,
          ChecksumSHA256: sha256.toString('base64'),
          Metadata: { [writeMetadata]: write },
          ...condition,
        }),
      );
    } catch (error) {
      if (statusOf(error) === 404) return 'missing';
      // 409 is S3's answer while another write of the same key is under way.
      if (statusOf(error) !== 412 && statusOf(error) !== 409) throw error;
      if (!wasSentAgain(error)) return 'refused';
      const there = await head(key).catch(nothingToRead);
      return typeof there !== 'string' && there.kind === 'head' && there.write === write
        ? storedOf(key, there)
        : 'refused';
    }
    return storedOf(key, await head(key));
  };

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

    async create(key, content) {
      const stored = await put(key, content, { IfNoneMatch: '*' });
      if (stored === 'missing') throw new Error('S3 has no such bucket');
      return stored === 'refused' ? 'exists' : stored;
    },

    async replace(key, content, etag) {
      const stored = await put(key, content, { IfMatch: etag });
      return stored === 'refused' ? 'changed' : stored;
    },

    async read(key, { range, ifMatch, ifNoneMatch, signal } = {}) {
      try {
        const object = await s3.send(
          new GetObjectCommand({ Bucket, Key: key, Range: range, IfMatch: ifMatch, IfNoneMatch: ifNoneMatch }),
          signal ? { abortSignal: signal } : {},
        );
        const chunks = object.Body as unknown as AsyncIterable<Uint8Array>;
        return { ...headOf(object), kind: 'content', chunks };
      } catch (error) {
        if (statusOf(error) === 416) return rangeNotSatisfiable(error);
        if (statusOf(error) === 412) return 'changed';
        return nothingToRead(error);
      }
    },

    async head(key, { ifNoneMatch } = {}) {
      try {
        return headOf(await s3.send(new HeadObjectCommand({ Bucket, Key: key, IfNoneMatch: ifNoneMatch })));
      } catch (error) {
        return nothingToRead(error);
      }
    },

    async link(key, disposition, expiresIn, contentType) {
      const object = new GetObjectCommand({
        Bucket,
        Key: key,
        ResponseContentDisposition: disposition,
        ResponseCacheControl: 'private, no-store',
        ResponseContentType: contentType,
      });
      return getSignedUrl(s3, object, { expiresIn });
    },

    async delete(key) {
      await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
    },
  };
}

const headOf = (object: HeadObjectCommandOutput | GetObjectCommandOutput): StoredHead => ({
  kind: 'head',
  contentType: object.ContentType ?? 'application/octet-stream',
  etag: object.ETag ?? '',
  length: object.ContentLength ?? 0,
  ...('ContentRange' in object && object.ContentRange ? { contentRange: object.ContentRange } : {}),
  updatedAt: instant(object.LastModified),
  ...(object.Metadata?.[sessionMetadata] ? { uploadSession: object.Metadata[sessionMetadata] } : {}),
  ...(object.Metadata?.[writeMetadata] ? { write: object.Metadata[writeMetadata] } : {}),
});

const storedOf = (key: string, { length: size, etag, updatedAt }: StoredHead): StoredFile => ({
  key,
  size,
  etag,
  updatedAt,
});

/** Where an object's metadata name the upload that it came from, or the write. */
export const sessionMetadata = 'upload-session';
const writeMetadata = 'write';

function rangeNotSatisfiable(error: unknown): RangeNotSatisfiable {
  const { ActualObjectSize: size } = error as { readonly ActualObjectSize?: string };
  return { kind: 'range-not-satisfiable', ...(size === undefined ? {} : { size: Number(size) }) };
}

function nothingToRead(error: unknown): NotModified | 'missing' {
  if (statusOf(error) === 404) return 'missing';
  if (statusOf(error) !== 304) throw error;
  const { headers } = (error as S3ServiceException).$response ?? {};
  return { kind: 'not-modified', etag: headers?.['etag'] ?? '' };
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** S3's listing and its headers show whole seconds; an emulator's listing may show more. */
const instant = (date: Date | undefined): string =>
  new Date(Math.floor((date?.getTime() ?? 0) / 1000) * 1000).toISOString().replace('.000Z', 'Z');
