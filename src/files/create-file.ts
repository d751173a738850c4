import { createHash } from 'node:crypto';
import type { FileStore } from '../aws/file-store';
import { limits } from '../config';
import { AppError } from '../errors';
import { type File, toFile } from './file';
import { fileName } from './file-name';

interface CreateRequest {
  readonly home: string;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface CreatedFile extends File {
  /** Hexadecimal; S3 has verified it. */
  readonly sha256: string;
  readonly contentType: string;
}

/**
 * Stores a new file; an existing name is never replaced.
 * Throws AppError InvalidFileName, PayloadTooLarge, UnsupportedFileType, FileExists.
 */
export async function createFile(
  { store }: { readonly store: FileStore },
  { home, name: givenName, contentType: declaredType, bytes }: CreateRequest,
): Promise<CreatedFile> {
  const name = fileName(givenName);
  refuseTooLarge(bytes);
  refuseSpreadsheet(bytes);
  const contentType = contentTypeOf(name, declaredType);
  const digest = createHash('sha256').update(bytes).digest();
  const stored = await store.create(home + name, bytes, contentType, digest);
  if (stored === 'exists') {
    throw new AppError('FileExists', 'You have a file of this name already. Choose another name.');
  }
  return { ...toFile(home, stored), sha256: digest.toString('hex'), contentType };
}

function refuseTooLarge({ length }: Uint8Array): void {
  if (length <= limits.directUploadBytes) return;
  throw new AppError(
    'PayloadTooLarge',
    `The file has ${length} bytes; at most ${limits.directUploadBytes} are taken here.`,
  );
}

/** The first bytes of Excel's binary formats: an OLE container (.xls) and a ZIP archive (.xlsx). */
const spreadsheetSignatures = [Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('504b0304', 'hex')];

function refuseSpreadsheet(bytes: Uint8Array): void {
  if (spreadsheetSignatures.some((signature) => signature.equals(bytes.subarray(0, signature.length)))) {
    throw new AppError(
      'UnsupportedFileType',
      'This is an Excel workbook or another ZIP archive. Save the sheet as "CSV UTF-8" and upload that.',
    );
  }
}

/** What clients declare for a CSV file when they do not know the type: curl the first, Excel on Windows the second. */
const vagueTypes = new Set(['application/octet-stream', 'application/vnd.ms-excel', '']);

function contentTypeOf(name: string, declared: string): string {
  const type = declared.toLowerCase();
  return vagueTypes.has(type) && name.toLowerCase().endsWith('.csv') ? 'text/csv' : type || 'application/octet-stream';
}
