import type { UploadStore } from '../aws/upload-store';
import { sessionOfId, uploadNotFound } from './upload-session';

/** Drops one's own upload with all its parts. Throws AppError UploadNotFound. */
export async function abortUpload(
  { uploads }: { readonly uploads: UploadStore },
  { home, id }: { readonly home: string; readonly id: string },
): Promise<void> {
  const { name, uploadId } = sessionOfId(id);
  if ((await uploads.abort(home + name, uploadId)) === 'missing') throw uploadNotFound();
}
