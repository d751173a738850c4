import { limits } from '../config';
import { AppError } from '../errors';
import { type ImportNeeds, type ImportResult, importFile } from './import-file';
import type { Kind } from './import-log';

/** So that all of it ends within API Gateway's 29 seconds, on a new table too, which takes 4 000 writes a second. */
const maxCustomers = 20_000;
const maintenance = { waitMs: 0, maxJournals: 100, sweeps: false };

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
