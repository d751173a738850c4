import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { setting } from '../config';
import { sessionMetadata } from './file-store';
import { wasSentAgain } from './sent-again';

/** A part that S3 has. */
export interface StoredPart {
  /** From 1. */
  readonly number: number;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
}

/** What the whole must be. */
export interface WholeUpload {
  /** Bytes. */
  readonly size: number;
  /** Base64 of four bytes. */
  readonly crc32?: string | undefined;
}

/** Uploads in parts, which become objects when they are completed. */
export interface UploadStore {
  /** Answers S3's id of the upload. The session's name stays with the object. */
  begin(key: string, contentType: string, session: string): Promise<string>;
  /** By number; at most 1000. */
  parts(key: string, uploadId: string): Promise<readonly StoredPart[] | 'missing'>;
  /** A URL that takes a part by PUT from whoever has it. */
  partUrl(key: string, uploadId: string, number: number, expiresInSeconds: number): Promise<string>;
  /** Creates, never replaces: `exists` where the key has an object. */
  complete(
    key: string,
    uploadId: string,
    parts: readonly StoredPart[],
    whole: WholeUpload,
  ): Promise<'completed' | 'exists' | 'mismatch' | 'missing'>;
  abort(key: string, uploadId: string): Promise<'aborted' | 'missing'>;
}

let client: S3Client | undefined;

export function s3UploadStore(): UploadStore {
  // Else the SDK would sign the checksum of an empty body into the URLs.
  client ??= new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
  const s3 = client;
  const Bucket = setting('FILES_BUCKET');

  return {
    async begin(key, contentType, session) {
      const { UploadId } = await s3.send(
        new CreateMultipartUploadCommand({
          Bucket,
          Key: key,
          ContentType: contentType,
          Metadata: { [sessionMetadata]: session },
          ChecksumAlgorithm: 'CRC32',
          ChecksumType: 'FULL_OBJECT',
        }),
      );
      if (!UploadId) throw new Error('S3 began an upload without an id');
      return UploadId;
    },

    async parts(key, uploadId) {
      try {
        const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket, Key: key, UploadId: uploadId }));
        return Parts.map(({ PartNumber = 0, Size = 0, ETag = '' }) => ({ number: PartNumber, size: Size, etag: ETag }));
      } catch (error) {
        return missing(error);
      }
    },

    async partUrl(key, uploadId, number, expiresIn) {
      const part = new UploadPartCommand({ Bucket, Key: key, UploadId: uploadId, PartNumber: number });
      return getSignedUrl(s3, part, { expiresIn });
    },

    async complete(key, uploadId, parts, { size, crc32 }) {
      try {
        await s3.send(
          new CompleteMultipartUploadCommand({
            Bucket,
            Key: key,
            UploadId: uploadId,
            MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
            MpuObjectSize: size,
            ChecksumType: 'FULL_OBJECT',
            ChecksumCRC32: crc32,
            IfNoneMatch: '*',
          }),
        );
        return 'completed';
      } catch (error) {
        if (!(error instanceof S3ServiceException)) throw error;
        // 409 is S3's answer while another creation of the same key is under way.
        if ([409, 412].includes(error.$metadata.httpStatusCode ?? 0)) return 'exists';
        if (mismatches.has(error.name)) return 'mismatch';
        return missing(error);
      }
    },

    async abort(key, uploadId) {
      try {
        await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId: uploadId }));
        return 'aborted';
      } catch (error) {
        return missing(error) && wasSentAgain(error) ? 'aborted' : 'missing';
      }
    },
  };
}

/** S3's refusals of parts that do not make the whole that was announced: its checksum, its size, or a part's. */
const mismatches = new Set(['BadDigest', 'InvalidRequest', 'EntityTooSmall', 'InvalidPart']);

function missing(error: unknown): 'missing' {
  if (error instanceof S3ServiceException && error.name === 'NoSuchUpload') return 'missing';
  throw error;
}
