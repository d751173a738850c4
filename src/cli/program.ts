import { Command, CommanderError } from 'commander';
import { SqlError } from '../engine/index';
import { AppError } from '../errors';
import { type CliErrorCode, exitCodeOf } from './error-codes';
import { Exit, type ExitCode, exitCodes } from './exit';
import { refusedConnection } from './refused-connection';

/** Loads one command: all of them bring the SDK, which takes 40 MB and longer than a small query. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  stats: async () => (await import('./stats')).addStatsCommand,
  import: async () => (await import('./import')).addImportCommand,
  query: async () => (await import('./query')).addQueryCommand,
  users: async () => (await import('./users')).addUsersCommand,
  queue: async () => (await import('./queue')).addQueueCommand,
  smoke: async () => (await import('./smoke')).addSmokeCommand,
};

/**
 * Runs a command line, as in `process.argv`. Data goes to stdout; what went wrong to stderr, one JSON line
 * `{"code":...,"details":...}` each.
 */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  try {
    await (await program(argv)).parseAsync(argv);
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof Exit) return error.code;
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const excerpt = error instanceof SqlError ? error.excerpt : undefined;
    if (excerpt !== undefined && process.stderr.isTTY) console.error(excerpt);
    const said = failure(error);
    console.error(JSON.stringify(said));
    return exitCodeOf(said.code);
  }
}

/** With the command that is named, or else, for the help, with all. */
async function program([, , name = '']: readonly string[]): Promise<Command> {
  const datadock = new Command('datadock')
    .description('The command line of Datadock.')
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(`${JSON.stringify({ code: 'Usage' satisfies CliErrorCode, details: usage(text) })}\n`),
    });
  const named = Object.hasOwn(commands, name) ? [commands[name]] : Object.values(commands);
  for (const load of named) (await load?.())?.(datadock);
  return datadock;
}

/** What is wrong with the command line; what was given to an option that is not known may be a password. */
const usage = (text: string): string =>
  text
    .trim()
    .replace(/^error: /, '')
    .replace(/(unknown option '[^'=]*)=.*'/s, "$1'");

/** The error's stable code and a sentence for whoever typed the command. */
function failure(error: unknown): { readonly code: string; readonly details: string } {
  if (error instanceof SqlError) return { code: error.code, details: error.message, ...error.place };
  const refused = refusedConnection(error);
  if (refused !== undefined) {
    return {
      code: 'NotReachable' satisfies CliErrorCode,
      details: `Nothing answers at ${refused}. Start it with npm start, or give --outputs the file of a deployment that runs.`,
    };
  }
  if (error instanceof AppError) return { code: error.code, details: error.message };
  if (!(error instanceof Error)) return { code: 'InternalError', details: String(error) };
  return { code: error.name === 'Error' ? 'InternalError' : error.name, details: error.message };
}
