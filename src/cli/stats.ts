import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { s3EventStore } from '../aws/event-store';
import { cognitoIdentityPool } from '../aws/identity-pool';
import { cognitoIdentityProvider } from '../aws/identity-provider';
import { graphqlUserDirectory } from '../aws/user-directory';
import type { ErrorCode } from '../errors';
import {
  type EventStatistics,
  type EventStatisticsNeeds,
  type EventStatisticsRequest,
  eventStatistics,
} from '../event-stats/event-statistics';
import { type DayOf, localDay, utcDay } from '../event-stats/local-days';
import type { CliErrorCode } from './error-codes';
import { openEventFile } from './event-file';
import { type ReportFormat, reportFormats, reportText } from './event-report-text';
import { Exit, exitCodes } from './exit';
import { needsDeploymentWithoutKeys, outputsIn } from './outputs';
import { createProgress, type Progress } from './progress';
import { ask, readLine } from './prompt';

interface StatsOptions {
  readonly user?: string;
  readonly passwordStdin?: true;
  readonly bucket?: string;
  readonly key?: string;
  readonly file?: string;
  readonly graphqlUrl?: string;
  readonly format?: ReportFormat;
  readonly timezone: { readonly name: string; readonly dayOf: DayOf };
  readonly top: number;
  readonly outputs: string;
}

const utc = { name: 'UTC', dayOf: utcDay };

/** `datadock stats`: what a day's events tell, for people who have a password and no AWS keys. */
export function addStatsCommand(program: Command): void {
  const stats = program.command('stats').summary('count events per day, per role and per user');
  stats
    .addHelpText('beforeAll', '  datadock stats --user ann@example.com --key events/2026-11-20.csv\n')
    .description(
      'Count the events of a file (rows of epoch,"user-id","event") per day and per role, and name the most active users. Asks for what is not given. The password may be in DATADOCK_PASSWORD.',
    )
    .option('--user <email>', 'who signs in')
    .option('--password-stdin', 'read the password from stdin')
    .option('--bucket <name>', "where the file is (default: the deployment's bucket of events)")
    .option('--key <key>', 'the name of the file there')
    .addOption(new Option('--file <path>', 'a file of this machine, - for stdin').conflicts(['bucket', 'key']))
    .option('--graphql-url <url>', "who tells the users' names (default: the deployment's API)", graphqlUrl)
    .addOption(new Option('--format <format>', 'default: table on a terminal, else json').choices(reportFormats))
    .addOption(new Option('--timezone <name>', 'whose days are counted').default(utc, 'UTC').argParser(timezone))
    .addOption(new Option('--top <number>', 'how many users are named').default(10).argParser(top))
    .action((options: StatsOptions) => statsAction(stats, options));
  needsDeploymentWithoutKeys(stats);
}

async function statsAction(command: Command, options: StatsOptions): Promise<void> {
  const { name: timezoneName, dayOf } = options.timezone;
  const user = options.user ?? (await askFor(command, '--user', 'Email'));
  const events = eventsOf(command, options);
  const password = await passwordOf(command, options);

  const progress = createProgress(process.stderr);
  const interrupt = () => {
    progress.end();
    say(progress, 'Interrupted', 'Nothing was printed.');
    process.exit(exitCodes.interrupted);
  };
  process.on('SIGINT', interrupt);
  try {
    const request = { user, password, events, dayOf, top: options.top };
    const statistics = await eventStatistics(needsOf(options), request, watcherOf(progress));
    progress.end();
    tellWhatIsMissing(progress, statistics);
    // What has begun to be printed is printed to its end.
    process.off('SIGINT', interrupt).on('SIGINT', () => {});
    const format = options.format ?? (process.stdout.isTTY ? 'table' : 'json');
    await print(reportText(statistics.report, format, timezoneName));
    if (statistics.report.totals.bad > 0 || statistics.unresolved.size > 0) throw new Exit(exitCodes.partial);
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
  }
}

function needsOf({ outputs, graphqlUrl }: StatsOptions): EventStatisticsNeeds {
  const output = outputsIn(outputs);
  return {
    identity: cognitoIdentityProvider(),
    identityPool: () => cognitoIdentityPool(output('IdentityPoolId'), output('UserPoolId')),
    eventStore: s3EventStore,
    chooseKey,
    openFile: openEventFile,
    directory: (token) => graphqlUserDirectory({ url: graphqlUrl ?? output('GraphqlUrl'), token, now: Date.now }),
    sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
    random: Math.random,
    now: Date.now,
  };
}

function eventsOf(command: Command, options: StatsOptions): EventStatisticsRequest['events'] {
  const { file, bucket, key, passwordStdin, outputs } = options;
  if (file === '-' && passwordStdin) {
    command.error("options '--file -' and '--password-stdin' both read stdin; give the password in DATADOCK_PASSWORD");
  }
  if (file !== undefined) return { kind: 'file', path: file };
  if (key === undefined) requireTerminal(command, '--key');
  return { kind: 'object', bucket: bucket ?? outputsIn(outputs)('EventsBucket'), ...(key !== undefined && { key }) };
}

/** The last key is meant unless another one is typed. */
async function chooseKey(bucket: string, lastKeys: readonly string[]): Promise<string> {
  process.stderr.write(`${[`The last files in ${bucket}:`, ...lastKeys].join('\n  ')}\n`);
  const last = lastKeys.at(-1) ?? '';
  return (await ask(`File of events [${last}]`)) || last;
}

async function passwordOf(command: Command, { passwordStdin }: StatsOptions): Promise<string> {
  if (passwordStdin && !process.stdin.isTTY) return readLine(process.stdin);
  const given = process.env['DATADOCK_PASSWORD'];
  if (given && !passwordStdin) return given;
  return askFor(command, '--password-stdin, or DATADOCK_PASSWORD,', 'Password', { silent: true });
}

/** Asks where there is somebody to ask; says else which option is missing. */
function askFor(command: Command, option: string, question: string, how?: { silent: boolean }): Promise<string> {
  requireTerminal(command, option);
  return ask(question, how);
}

function requireTerminal(command: Command, option: string): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return;
  command.error(`${option} is missing, and there is no terminal to ask at`);
}

const say = (progress: Progress, code: CliErrorCode | ErrorCode, details: string, more: object = {}): void =>
  progress.say(JSON.stringify({ code, ...more, details }));

const watcherOf = (progress: Progress) => ({
  badRow: (line: number, details: string) => say(progress, 'BadRow', details, { line }),
  read: (bytes: number, size: number | undefined) => progress.step('reading events', bytes, size ?? bytes),
  resolved: (users: number, of: number) => progress.step('asking who the users are', users, of),
});

function tellWhatIsMissing(progress: Progress, { unavailable, unresolved }: EventStatistics): void {
  if (unavailable !== undefined) {
    say(
      progress,
      'UsersUnavailable',
      `The API of users could not be used: ${unavailable}. The days are right; roles that are missing are unknown. Check --graphql-url, or try again later.`,
    );
  }
  for (const [id, why] of [...unresolved].sort(([a], [b]) => (a < b ? -1 : 1))) {
    say(progress, 'UserUnresolved', why, { user_id: id });
  }
}

/** A reader that has read enough, such as `head`, is no error. */
async function print(text: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(text), process.stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

function graphqlUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? '');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return text;
  throw new InvalidArgumentError('Give an https:// address; your token is sent to it.');
}

function timezone(name: string): StatsOptions['timezone'] {
  if (name.toUpperCase() === 'UTC') return utc;
  try {
    return { name, dayOf: localDay(name) };
  } catch {
    throw new InvalidArgumentError('Give a name such as Europe/Oslo.');
  }
}

function top(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number, such as 10.');
}
