import { Command, CommanderError } from 'commander';
import { AppError } from '../errors';
import { addImportCommand } from './import';
import { addQueueCommand } from './queue';
import { addUsersCommand } from './users';

/** What the shell is told. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
const exitCodes = { ok: 0, failure: 1, usage: 2, queueEmpty: 5 } as const;

/** Errors that a script may want to tell from a failure. */
const exitCodeOf: Partial<Record<string, ExitCode>> = { QueueEmpty: exitCodes.queueEmpty };

/**
 * Runs a command line, as in `process.argv`. Data goes to stdout; what went wrong to stderr, one JSON line
 * `{"code":...,"details":...}` each.
 */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  try {
    await program().parseAsync(argv);
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const { code, details } = failure(error);
    console.error(JSON.stringify({ code, details }));
    return exitCodeOf[code] ?? exitCodes.failure;
  }
}

function program(): Command {
  const datadock = new Command('datadock')
    .description('The command line of Datadock.')
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(`${JSON.stringify({ code: 'Usage', details: text.trim().replace(/^error: /, '') })}\n`),
    });
  addImportCommand(datadock);
  addUsersCommand(datadock);
  addQueueCommand(datadock);
  return datadock;
}

/** The error's stable code and a sentence for whoever typed the command. */
function failure(error: unknown): { readonly code: string; readonly details: string } {
  if (error instanceof AppError) return { code: error.code, details: error.message };
  if (!(error instanceof Error)) return { code: 'InternalError', details: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') {
    return { code: 'NotReachable', details: `Nothing answers where --outputs says that Datadock runs (${code}).` };
  }
  return { code: error.name === 'Error' ? 'InternalError' : error.name, details: error.message };
}
