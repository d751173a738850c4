import type { UploadStore } from '../aws/upload-store';
import { limits } from '../config';
import { partSizeOf, partSizes, sessionOfId, uploadNotFound } from './upload-session';

/** An upload in parts under way. */
export interface Upload {
  readonly id: string;
  /** Bytes of every part but the last. */
  readonly partSize: number;
  readonly parts: readonly UploadPart[];
  /** When the URLs end; reading the upload gives new ones. */
  readonly expiresAt: string;
}

interface UploadPart {
  readonly number: number;
  readonly url: string;
  /** Whether S3 has the part, of the size that it must have. */
  readonly isReceived: boolean;
  readonly etag?: string;
}

/** The parts of one's own upload, received and not, with new URLs. Throws AppError UploadNotFound. */
export async function readUpload(
  { uploads, now }: { readonly uploads: UploadStore; readonly now: () => number },
  { home, id }: { readonly home: string; readonly id: string },
): Promise<Upload> {
  const { name, size, uploadId } = sessionOfId(id);
  const stored = await uploads.parts(home + name, uploadId);
  if (stored === 'missing') throw uploadNotFound();
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const expiresAt = new Date(now() + limits.partUrlSeconds * 1000).toISOString();
  const parts = await Promise.all(
    partSizes(size).map(async (bytes, index): Promise<UploadPart> => {
      const number = index + 1;
      const part = byNumber.get(number);
      const isReceived = part?.size === bytes;
      const url = await uploads.partUrl(home + name, uploadId, number, limits.partUrlSeconds);
      return { number, url, isReceived, ...(part && isReceived ? { etag: part.etag } : {}) };
    }),
  );
  return { id, partSize: partSizeOf(size), parts, expiresAt };
}
