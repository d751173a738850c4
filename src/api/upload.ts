import { basename } from 'node:path/posix';
import { Busboy } from '@fastify/busboy';
import { AppError } from '../errors';
import type { Headers } from './event';

export interface UploadedFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/**
 * The file in the body of an upload: the field `file` of a form, or the body itself as text/csv, named by `?name=`.
 * Throws AppError InvalidMultipart, ValidationFailed, UnsupportedMediaType.
 */
export async function uploadedFile(body: Buffer, headers: Headers, name: string | undefined): Promise<UploadedFile> {
  const type = headers['content-type'] ?? '';
  const mediaType = mediaTypeOf(type);
  if (mediaType === 'multipart/form-data') {
    const { fields: _, ...file } = await fileOfForm(body, type);
    return file;
  }
  if (mediaType === 'text/csv') {
    if (name === undefined) {
      const detail = 'is required with a text/csv body';
      throw new AppError('ValidationFailed', `/query/name ${detail}`, { faults: [{ pointer: '/query/name', detail }] });
    }
    return { name, contentType: mediaType, bytes: body };
  }
  throw new AppError('UnsupportedMediaType', 'Send multipart/form-data with a field "file", or text/csv with ?name=.');
}

/** The bytes that replace a file's: those of a form's file, or the body itself. Throws AppError InvalidMultipart. */
export async function replacementOf(body: Buffer, headers: Headers): Promise<Omit<UploadedFile, 'name'>> {
  const type = headers['content-type'] ?? '';
  const mediaType = mediaTypeOf(type);
  if (mediaType !== 'multipart/form-data') return { contentType: mediaType, bytes: body };
  const { contentType, bytes } = await fileOfForm(body, type);
  return { contentType, bytes };
}

/** A CSV file: that of a form, or the body itself. Throws AppError InvalidMultipart, UnsupportedMediaType. */
export async function csvOf(body: Buffer, headers: Headers): Promise<Buffer> {
  const { contentType, bytes } = await replacementOf(body, headers);
  const isForm = mediaTypeOf(headers['content-type'] ?? '') === 'multipart/form-data';
  if (isForm || contentType === 'text/csv') return bytes;
  throw new AppError('UnsupportedMediaType', 'Send multipart/form-data with a field "file", or text/csv.');
}

/** Without parameters, in lower case. */
export const mediaTypeOf = (contentType: string): string => contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';

interface FormFile extends UploadedFile {
  /** The other fields, by name. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The one file of a form, in its field `file`, and its other fields. Throws AppError InvalidMultipart. */
export function fileOfForm(body: Buffer, contentType: string): Promise<FormFile> {
  return new Promise((resolve, reject) => {
    const refuse = (detail: string, cause?: unknown) => reject(new AppError('InvalidMultipart', detail, { cause }));
    const malformed = (cause: unknown) => refuse('The form is cut short or malformed.', cause);
    const files: UploadedFile[] = [];
    const fields: Record<string, string> = Object.create(null);
    let form: InstanceType<typeof Busboy>;
    try {
      form = new Busboy({
        headers: { 'content-type': contentType },
        // The body is in memory already and is no larger than a direct upload.
        limits: { files: 2, fields: 20, parts: 22 },
      });
    } catch (cause) {
      refuse('The Content-Type of a form must name its boundary; let your client set the header.', cause);
      return;
    }
    form.on('file', (field, stream, filename, _encoding, contentType) => {
      const chunks: Buffer[] = [];
      stream.on('error', malformed);
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (field === 'file') files.push({ name: baseName(filename ?? ''), contentType, bytes: Buffer.concat(chunks) });
      });
    });
    form.on('field', (name, value) => {
      fields[name] = value;
    });
    form.on('error', malformed);
    form.on('finish', () => {
      const [file, another] = files;
      if (!file) refuse('The form has no file in a field named "file" (curl: -F file=@data.csv).');
      else if (another) refuse('The form has several files; send one a request.');
      else resolve({ ...file, fields: { ...fields } });
    });
    form.end(body);
  });
}

/** Old browsers send a whole path, with the slashes of either system. */
const baseName = (path: string): string => basename(path.replaceAll('\\', '/'));
