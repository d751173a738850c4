import { AppError } from './errors';

/** The first bytes of Excel's binary formats: an OLE container (.xls) and a ZIP archive (.xlsx). */
const signatures = [Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('504b0304', 'hex')];

/** Refuses bytes that begin as a workbook does. Throws AppError UnsupportedFileType. */
export function refuseSpreadsheet(bytes: Uint8Array): void {
  if (signatures.some((signature) => signature.equals(bytes.subarray(0, signature.length)))) {
    throw new AppError(
      'UnsupportedFileType',
      'This is an Excel workbook or another ZIP archive. Save the sheet as "CSV UTF-8" and upload that.',
    );
  }
}
