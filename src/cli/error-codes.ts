import type { ErrorCode } from '../errors';
import { type ExitCode, exitCodes } from './exit';

interface CliErrorEntry {
  /** That the command ends with, unless something worse has happened as well. */
  readonly exit: ExitCode;
  readonly title: string;
  readonly advice: string;
}

const catalogue = {
  BadLine: {
    exit: exitCodes.failure,
    title: 'A line of a table cannot be read',
    advice: 'Mend the line that `line` names, from 1 with the header; nothing was imported.',
  },
  BadRow: {
    exit: exitCodes.partial,
    title: 'A row of events was left out',
    advice: 'Mend the row that `line` names, if it matters; the report is of all others.',
  },
  Interrupted: {
    exit: exitCodes.interrupted,
    title: 'The command was interrupted',
    advice: 'Run it again: nothing was printed.',
  },
  NotReachable: {
    exit: exitCodes.failure,
    title: 'Nothing answers where Datadock should be',
    advice: 'Start it with npm start, or give --outputs the file of a deployment that runs.',
  },
  Usage: {
    exit: exitCodes.usage,
    title: 'The command line cannot be understood',
    advice: 'Add what the details say; datadock COMMAND --help shows an example.',
  },
  UserUnresolved: {
    exit: exitCodes.partial,
    title: 'A user is not known',
    advice: 'Check the id that `user_id` names; their events count under the role unknown.',
  },
} as const satisfies Record<string, CliErrorEntry>;

export type CliErrorCode = keyof typeof catalogue;

/** The codes that only stderr has, beside those of src/errors.ts and of queries. */
export const cliErrorCatalogue: Readonly<Record<CliErrorCode, CliErrorEntry>> = catalogue;

/** The errors that end a command otherwise than as a failure. */
const exitCodeOfError: Partial<Record<ErrorCode | CliErrorCode, ExitCode>> = {
  AuthFailed: exitCodes.auth,
  QueueEmpty: exitCodes.queueEmpty,
  UsersUnavailable: exitCodes.partial,
};

/** What a command ends with after the error of this code. */
export const exitCodeOf = (code: string): ExitCode =>
  exitCodeOfError[code as ErrorCode] ?? cliErrorCatalogue[code as CliErrorCode]?.exit ?? exitCodes.failure;
