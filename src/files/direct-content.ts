import { createHash } from 'node:crypto';
import type { NewContent } from '../aws/file-store';
import { limits } from '../config';
import { AppError } from '../errors';
import { refuseSpreadsheet } from '../spreadsheet';

/** The bytes of a file as they came in one request. */
export interface DirectContent {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** What to store of an upload under a name. Throws AppError PayloadTooLarge, UnsupportedFileType. */
export function acceptedContent(name: string, { bytes, contentType }: DirectContent): NewContent {
  refuseTooLarge(bytes);
  refuseSpreadsheet(bytes);
  return {
    bytes,
    contentType: contentTypeOf(name, contentType),
    sha256: createHash('sha256').update(bytes).digest(),
  };
}

function refuseTooLarge({ length }: Uint8Array): void {
  if (length <= limits.directUploadBytes) return;
  throw new AppError(
    'PayloadTooLarge',
    `The file has ${length} bytes; one request takes ${limits.directUploadBytes}, as GET /limits says. POST /uploads takes it in parts.`,
  );
}

/** What clients declare for a CSV file when they do not know the type: curl the first two, Excel on Windows the third. */
const vagueTypes = new Set([
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'application/vnd.ms-excel',
]);

/** Source: RFC 6838, section 4.2. */
const mediaType = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** The type that was declared, where it says something. */
export function contentTypeOf(name: string, declared: string): string {
  const type = declared.toLowerCase();
  if (mediaType.test(type) && !vagueTypes.has(type)) return type;
  return name.toLowerCase().endsWith('.csv') ? 'text/csv' : 'application/octet-stream';
}
