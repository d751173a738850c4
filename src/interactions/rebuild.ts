import { applyFile, type Progress } from './apply-file';
import { cleanFile, closeFile } from './clean-file';
import { Edition } from './edition';
import { type ImportNeeds, type Maintenance, whileLeased } from './import-file';
import { type ImportEntry, importEntries } from './import-log';
import type { HeldLease } from './lease';

/**
 * Makes the clean data anew from the files as they came, in the order in which they were imported: what is to be done when the
 * cleaning has changed. Readers see the old data until the new are whole. Answers how many files there were.
 * Throws AppError ImportRejected, ImportRunning, ImportInterrupted.
 */
export const rebuild = (needs: ImportNeeds, maintenance: Maintenance, progress: Progress): Promise<number> =>
  whileLeased(needs, 'epoch', maintenance, (lease) => remake(needs, lease, progress));

async function remake(needs: ImportNeeds, lease: HeldLease, progress: Progress): Promise<number> {
  const entries: ImportEntry[] = [];
  for await (const entry of importEntries(needs.documents, lease.currentView)) entries.push(entry);
  const edition = await Edition.open(needs.documents, lease);
  for (const [index, entry] of entries.entries()) {
    const file = await cleanFile(entry.kind, needs.landing.read(entry));
    try {
      await applyFile(edition, file, entry.isRepeat, (done, total) => progress(index + done / total, entries.length));
    } finally {
      await closeFile(file);
    }
  }
  await edition.finish(entries);
  await lease.publish();
  return entries.length;
}
