import { AppError } from '../errors';
import type { Headers } from './event';
import { MapFields } from './routes/maps';
import { fileOfForm, mediaTypeOf, type UploadedFile } from './upload';
import { validated } from './validation';

interface UploadedMap extends Pick<UploadedFile, 'name' | 'bytes'> {
  readonly isPublic: boolean;
}

/** The map in a form: the field `file`, and perhaps `is_public`. Throws AppError InvalidMultipart, UnsupportedMediaType, ValidationFailed. */
export async function uploadedMap(body: Buffer, headers: Headers): Promise<UploadedMap> {
  const type = headers['content-type'] ?? '';
  if (mediaTypeOf(type) !== 'multipart/form-data') {
    throw new AppError(
      'UnsupportedMediaType',
      'Send multipart/form-data with a field "file" (curl: -F file=@map.png).',
    );
  }
  const { name, bytes, fields } = await fileOfForm(body, type);
  const { is_public: isPublic } = validated(MapFields, fields, 'body');
  return { name, bytes, isPublic: isPublic.toLowerCase() === 'true' };
}
