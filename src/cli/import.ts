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
import { needsDeployment } from './outputs';

/** Longer than an importer that died holds its place. */
const maintenance = { waitMs: 60_000, maxVersions: Number.POSITIVE_INFINITY, sweeps: true };
/** Source: PutObject, "up to 5 GB". */
const maxFileBytes = 5 * 1024 ** 3;

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
  if (isFile) console.log(JSON.stringify(shown(await importPath(kind, file))));
  else
    console.log(JSON.stringify({ rebuilt: await withBar('rebuilding', (bar) => rebuild(needs(), maintenance, bar)) }));
}

/** Imports a file by its path; a bar on the terminal shows how far it is. Throws AppError as `importFile` does, and ImportUnreadable. */
export async function importPath(kind: Kind, path: string): Promise<ImportResult> {
  await refuseUnreadable(path);
  const open = () => createReadStream(path, { highWaterMark: 256 * 1024 });
  try {
    return await withBar(`importing ${kind}`, (progress) => importFile(needs(), { kind, open, maintenance, progress }));
  } catch (error) {
    if (error instanceof AppError) printBadLines(error);
    throw error;
  }
}

const needs = (): ImportNeeds => ({
  states: dynamoImportStateStore(),
  documents: dynamoDocumentStore(),
  landing: s3LandingStore(),
  now: Date.now,
  newId: randomUUID,
});

async function refuseUnreadable(path: string): Promise<void> {
  const unreadable = (why: string) => new AppError('ImportUnreadable', `${path} cannot be imported: ${why}.`);
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(error.code === 'ENOENT' ? 'there is no such file' : error.message);
  });
  if (!stats.isFile()) throw unreadable('it is no file');
  if (stats.size > maxFileBytes) throw unreadable(`it has ${stats.size} bytes, more than ${maxFileBytes}; split it`);
}

/** Before the error itself, a line of JSON for each line of the file that it names. */
function printBadLines({ details: { faults = [] } }: AppError): void {
  for (const fault of faults) {
    if ('line' in fault) console.error(JSON.stringify({ code: 'BadLine', line: fault.line, details: fault.detail }));
  }
}

const shown = ({ imported, unchanged, report }: ImportResult) => ({
  imported,
  unchanged,
  unknown_columns: report.unknownColumns,
  sha256: report.sha256,
});

/** Shows progress on stderr, where that is a terminal. */
async function withBar<T>(what: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const bar = new SingleBar({ format: `${what} [{bar}] {percentage} %, {eta_formatted} left`, noTTYOutput: false });
  try {
    return await work((done, total) => {
      if (!bar.isActive) bar.start(total, done);
      bar.update(done);
    });
  } finally {
    bar.stop();
  }
}
