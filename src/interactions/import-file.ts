import { setTimeout as sleep } from 'node:timers/promises';
import type { LandingStore } from '../aws/landing-store';
import { AppError } from '../errors';
import { applyFile, type Progress } from './apply-file';
import { type CleanFile, cleanFile, closeFile } from './clean-file';
import type { ReadNeeds } from './consistent-read';
import { Edition } from './edition';
import { type ImportEntry, isImported, type Kind } from './import-log';
import { tidy } from './journal';
import { HeldLease, type LeaseNeeds } from './lease';
import type { TableReport } from './read-table';

export interface ImportNeeds extends ReadNeeds, LeaseNeeds {
  readonly landing: LandingStore;
}

export interface ImportRequest {
  readonly kind: Kind;
  /** Gives the bytes of the file, each time from the start. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** The most customers that it may name. @default any number */
  readonly maxCustomers?: number;
  readonly maintenance: Maintenance;
  /** Heard while the file is merged. */
  readonly progress?: Progress;
}

/** What an importer does beside its import. */
export interface Maintenance {
  /** How long to wait for another import to end. */
  readonly waitMs: number;
  /** How much of what is no longer needed it removes before and after: versions of documents. */
  readonly maxVersions: number;
  /** Whether it removes what a rebuild has left, which reads the whole table. */
  readonly sweeps: boolean;
}

export interface ImportResult {
  /** Rows that brought something new. */
  readonly imported: number;
  /** Rows that were there already. */
  readonly unchanged: number;
  readonly report: TableReport;
}

/**
 * Imports a file: all of it or, where a line cannot be read, nothing. Importing it again changes nothing. It is kept as it
 * came, then merged into the clean data beside what readers see, then made visible by one conditional write.
 * Throws AppError ImportRejected, UnsupportedFileType, ImportTooLarge, ImportRunning, ImportInterrupted, RebuildNeeded.
 */
export async function importFile(needs: ImportNeeds, request: ImportRequest): Promise<ImportResult> {
  const { kind, open, maxCustomers = Number.POSITIVE_INFINITY } = request;
  const file = await cleanFile(kind, open());
  try {
    await refuseMoreThan(file, maxCustomers);
    const { report } = file;
    await needs.landing.put({ kind, sha256: report.sha256, bytes: report.bytes }, open());
    const imported = await whileLeased(needs, 'generation', request.maintenance, (lease) =>
      merge(needs, lease, file, request.progress ?? (() => {})),
    );
    return { imported, unchanged: report.rows - imported, report };
  } finally {
    await closeFile(file);
  }
}

/** Does work under the lease, and removes what is no longer needed. */
export async function whileLeased<T>(
  needs: ImportNeeds,
  target: 'epoch' | 'generation',
  { waitMs, maxVersions, sweeps }: Maintenance,
  work: (lease: HeldLease) => Promise<T>,
): Promise<T> {
  const lease = await takeWithin(waitMs, needs, target);
  const cleanUp = async () => {
    await tidy(needs.documents, lease, maxVersions);
    if (!sweeps || !lease.state.isUnswept) return;
    await lease.beforeWriting();
    await needs.documents.sweep(lease.state.epoch);
    await lease.swept();
  };
  try {
    await tidy(needs.documents, lease, maxVersions);
    const result = await work(lease);
    // What was done stays done: what cannot be removed now is removed by the next importer.
    await cleanUp().catch(() => {});
    return result;
  } finally {
    await lease.release();
  }
}

async function takeWithin(waitMs: number, needs: ImportNeeds, target: 'epoch' | 'generation'): Promise<HeldLease> {
  const until = needs.now() + waitMs;
  for (;;) {
    try {
      return await HeldLease.take(needs, target);
    } catch (error) {
      const isRunning = error instanceof AppError && error.code === 'ImportRunning';
      if (!isRunning || needs.now() >= until) throw error;
      await sleep(Math.min(1000, until - needs.now()));
    }
  }
}

/** Answers how many rows brought something new. */
async function merge(needs: ImportNeeds, lease: HeldLease, file: CleanFile, progress: Progress): Promise<number> {
  const { kind, report } = file;
  const isRepeat = await isImported(needs.documents, lease.currentView, { kind, sha256: report.sha256 });
  // A merge knows its rows again. An older file of customers does not stand for what a newer one said since.
  if (isRepeat && kind !== 'customers') return 0;
  const edition = await Edition.open(needs.documents, lease);
  const imported = await applyFile(edition, file, isRepeat, progress);
  if (isRepeat && !edition.isChanged) return 0;
  const entry: ImportEntry = {
    kind,
    sha256: report.sha256,
    bytes: report.bytes,
    rows: report.rows,
    importedAt: new Date(needs.now()).toISOString(),
    order: lease.lease.generation,
    isRepeat,
  };
  await edition.finish([entry]);
  await lease.publish();
  return imported;
}

async function refuseMoreThan(file: CleanFile, maxCustomers: number): Promise<void> {
  if (maxCustomers === Number.POSITIVE_INFINITY || file.kind === 'products') return;
  let customers = 0;
  for (const bucket of file.buckets) customers += (await file.ofBucket(bucket)).length;
  if (customers <= maxCustomers) return;
  throw new AppError(
    'ImportTooLarge',
    `The file names ${customers} customers; one request takes ${maxCustomers}. datadock import ${file.kind} FILE takes any number.`,
  );
}
