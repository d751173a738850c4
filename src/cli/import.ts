import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { SingleBar } from 'cli-progress';
import { Argument, type Command } from 'commander';
import { dynamoImportStateStore } from '../aws/import-state-store';
import { s3LandingStore } from '../aws/landing-store';
import { dynamoDocumentStore } from '../aws/versioned-documents';
import { AppError } from '../errors';
import type { Progress } from '../interactions/apply-file';
import { type ImportNeeds, type ImportResult, importFile } from '../interactions/import-file';
import { type Kind, kinds } from '../interactions/import-log';
import { rebuild } from '../interactions/rebuild';
import type { CliErrorCode } from './error-codes';
import { needsDeployment } from './outputs';

/** Longer than an importer that died holds its place. */
const maintenance = { waitMs: 60_000, maxVersions: Number.POSITIVE_INFINITY, sweeps: true };
/** Source: PutObject, "up to 5 GB". */
export const maxFileBytes = 5 * 1024 ** 3;

/** `datadock import`: tables of any size, and the clean data made anew. */
export function addImportCommand(program: Command): void {
  needsDeployment(program.command('import'))
    .summary('import a table of customers, interactions or products')
    .description(
      `Import a CSV file, all of it or, where a line cannot be read, nothing. The same file again changes nothing.

  datadock import interactions interactions.csv
  datadock import --rebuild`,
    )
    .addArgument(new Argument('[kind]', 'the table that the file holds').choices(kinds))
    .argument('[file]', 'a CSV file whose first line names the columns')
    .option('--rebuild', 'make the clean data anew from all files that were imported')
    .action(importAction);
}

async function importAction(
  kind: Kind | undefined,
  file: string | undefined,
  { rebuild: isRebuild }: { readonly rebuild?: boolean },
  command: Command,
): Promise<void> {
  const isFile = kind !== undefined && file !== undefined;
  if (isRebuild ? kind !== undefined : !isFile) command.error('error: give a kind and a file, or --rebuild alone');
  console.log(JSON.stringify(isFile ? shown(await importPath(kind, file)) : { rebuilt: await rebuildAll() }));
}

/** Imports a file by its path; a bar on the terminal shows how far it is. Throws AppError as `importFile` does, and ImportUnreadable. */
export async function importPath(kind: Kind, path: string): Promise<ImportResult> {
  const bytes = await sizeOf(path);
  try {
    return await withBar((show) => {
      // The file is read twice: to check and part its rows, and to keep it as it is.
      const steps = ['reading', 'keeping'].values();
      const open = () => shownReading(path, bytes, show(steps.next().value ?? 'reading'));
      return importFile(needs(), { kind, open, maintenance, progress: show('merging') });
    });
  } catch (error) {
    if (error instanceof AppError) printBadLines(error);
    throw error;
  }
}

const rebuildAll = (): Promise<number> => withBar((show) => rebuild(needs(), maintenance, show('rebuilding')));

async function* shownReading(path: string, bytes: number, progress: Progress): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    yield chunk;
    done += chunk.length;
    progress(done, bytes);
  }
}

const needs = (): ImportNeeds => ({
  states: dynamoImportStateStore(),
  documents: dynamoDocumentStore(),
  landing: s3LandingStore(),
  now: Date.now,
  newId: randomUUID,
});

/** Bytes of a file. Throws AppError ImportUnreadable. */
async function sizeOf(path: string): Promise<number> {
  const unreadable = (why: string) => new AppError('ImportUnreadable', `${path} cannot be imported: ${why}.`);
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(error.code === 'ENOENT' ? 'there is no such file' : error.message);
  });
  if (!stats.isFile()) throw unreadable('it is no file');
  if (stats.size > maxFileBytes) throw unreadable(`it has ${stats.size} bytes, more than ${maxFileBytes}; split it`);
  return stats.size;
}

/** Before the error itself, a line of JSON for each line of the file that it names. */
function printBadLines({ details: { faults = [] } }: AppError): void {
  for (const fault of faults) {
    if ('line' in fault)
      console.error(
        JSON.stringify({ code: 'BadLine' satisfies CliErrorCode, line: fault.line, details: fault.detail }),
      );
  }
}

const shown = ({ imported, unchanged, report }: ImportResult) => ({
  imported,
  unchanged,
  unknown_columns: report.unknownColumns,
  sha256: report.sha256,
});

/** Shows on stderr, where that is a terminal, how far each step of the work is. */
async function withBar<T>(work: (show: (step: string) => Progress) => Promise<T>): Promise<T> {
  const bar = new SingleBar({
    format: '{step} [{bar}] {percentage} %, {eta_formatted} left',
    // Ctrl-C ends the process, and leaves the terminal as it was.
    gracefulExit: false,
    linewrap: true,
  });
  let shown = '';
  const show =
    (step: string): Progress =>
    (done, total) => {
      if (step !== shown) bar.start(total, 0, { step });
      shown = step;
      bar.update(done);
    };
  try {
    return await work(show);
  } finally {
    bar.stop();
  }
}
