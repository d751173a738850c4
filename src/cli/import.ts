import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Argument, type Command } from 'commander';
import { dynamoImportStateStore } from '../aws/import-state-store';
import { s3LandingStore } from '../aws/landing-store';
import { dynamoDocumentStore } from '../aws/versioned-documents';
import { AppError } from '../errors';
import { type ImportNeeds, type ImportResult, importFile } from '../interactions/import-file';
import { type Kind, kinds } from '../interactions/import-log';
import { rebuild } from '../interactions/rebuild';
import type { CliErrorCode } from './error-codes';
import { needsDeployment } from './outputs';
import { type Progress, withProgress } from './progress';

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
    return await withProgress((progress) => {
      // The file is read twice: to check and part its rows, and to keep it as it is.
      const steps = ['reading', 'keeping'].values();
      const open = () => watched(path, bytes, steps.next().value ?? 'reading', progress);
      return importFile(needs(), { kind, open, maintenance, progress: stepOf(progress, 'merging') });
    });
  } catch (error) {
    if (error instanceof AppError) printBadLines(error);
    throw error;
  }
}

const rebuildAll = (): Promise<number> =>
  withProgress((progress) => rebuild(needs(), maintenance, stepOf(progress, 'rebuilding')));

const stepOf = (progress: Progress, name: string) => (done: number, total: number) => progress.step(name, done, total);

async function* watched(path: string, bytes: number, step: string, progress: Progress): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    yield chunk;
    done += chunk.length;
    progress.step(step, done, bytes);
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
