import { limits } from '../config';
import { AppError } from '../errors';
import { type ImportNeeds, type ImportResult, importFile } from './import-file';
import type { Kind } from './import-log';

const maxCustomers = limits.importCustomers;
/** What the import itself supersedes, and no more than that of others. */
const maintenance = { waitMs: 0, maxVersions: maxCustomers, sweeps: false };

/** Imports a file that came in one request. Throws as `importFile` does. */
export async function importContent(
  needs: ImportNeeds,
  { kind, content }: { readonly kind: Kind; readonly content: Uint8Array },
): Promise<ImportResult> {
  if (content.length > limits.directUploadBytes) {
    throw new AppError(
      'ImportTooLarge',
      `The file has ${content.length} bytes; one request takes ${limits.directUploadBytes}. datadock import ${kind} FILE takes any size.`,
    );
  }
  async function* open() {
    yield content;
  }
  return importFile(needs, { kind, open, maxCustomers, maintenance });
}
