import type { StoredPart, UploadStore } from '../aws/upload-store';
import { limits } from '../config';
import { idOfSession, partSizeOf, partSizes, sessionOfId, type UploadSession, uploadNotFound } from './upload-session';

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

interface UploadNeeds {
  readonly uploads: UploadStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The parts of one's own upload, received and not, with new URLs. Throws AppError UploadNotFound. */
export async function readUpload(
  needs: UploadNeeds,
  { home, id }: { readonly home: string; readonly id: string },
): Promise<Upload> {
  const session = sessionOfId(id);
  const stored = await needs.uploads.parts(home + session.name, session.uploadId);
  if (stored === 'missing') throw uploadNotFound();
  return uploadOf(needs, home, session, stored);
}

/** An upload of which these parts are stored. */
export async function uploadOf(
  { uploads, now }: UploadNeeds,
  home: string,
  session: UploadSession,
  stored: readonly StoredPart[],
): Promise<Upload> {
  const { name, size, uploadId } = session;
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
  return { id: idOfSession(session), partSize: partSizeOf(size), parts, expiresAt };
}
