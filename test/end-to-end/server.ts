import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import serverProcess from '../../bin/server-process.json';

export const root = join(__dirname, '..', '..');

export interface RunningServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** What has been printed so far. */
  readonly printed: () => string;
  /** Sends the signal to the server and resolves with its exit code, or the signal that ended it. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | NodeJS.Signals>;
}

/** The first start synthesises, on a machine that may do much else. */
const startTimeoutMs = 110_000;

/**
 * Starts the product as `npm start` does, on a free port, and resolves once it has printed its URL. A shell may first set a
 * limit: `ulimit -f 1000`.
 */
export async function startServer(
  dataDir: string,
  limit = ':',
  settings: NodeJS.ProcessEnv = {},
): Promise<RunningServer> {
  const child = spawnServer({ PORT: '0', DATA_DIR: dataDir, ...settings }, limit);
  const exited = once(child, 'exit');
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not started in time:\n${printed}`)), startTimeoutMs);
    const read = (chunk: Buffer) => {
      printed += chunk;
      const found = /Datadock runs on (\S+)/.exec(printed)?.[1];
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${printed}`)));
  });
  return {
    url,
    dataDir,
    pid: child.pid ?? 0,
    printed: () => printed,
    stop: async (signal = 'SIGINT') => {
      child.kill(signal);
      const [code, by] = await exited;
      return code ?? by;
    },
  };
}

/** A server in a fresh data folder for the tests of a file; it is there while they run. */
export function useServer(settings: NodeJS.ProcessEnv = {}): { readonly current: RunningServer } {
  const dataDir = mkdtempSync(join(tmpdir(), 'datadock-end-to-end-'));
  let server: RunningServer | undefined;
  beforeAll(async () => {
    server = await startServer(dataDir, ':', settings);
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    get current() {
      if (!server) throw new Error('the server runs only while tests do');
      return server;
    },
  };
}

/** The JSON of an answer, of whatever shape the test expects. */
export const jsonOf = async (response: Response | Promise<Response>) => JSON.parse(await (await response).text());

/** The process itself, for starts that are to fail. */
export function spawnServer(settings: NodeJS.ProcessEnv, limit = ':'): ChildProcess {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, ...environment } = process.env;
  return spawn('sh', ['-c', `${limit}; exec "$0" "$@"`, process.execPath, ...serverProcess.arguments], {
    cwd: root,
    // As bin/launch.mjs does, whose own process would be in the way of a kill.
    env: { ...serverProcess.environment, ...environment, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The command line itself, for runs that are to be killed. */
export const spawnDatadock = (args: readonly string[], settings: NodeJS.ProcessEnv = {}) =>
  spawn(process.execPath, ['--import', 'tsx', join('bin', 'datadock.ts'), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Runs the command line, and gives what it printed. */
export const datadock = (...args: readonly string[]) => printedBy(spawnDatadock(args));

export async function printedBy(child: ReturnType<typeof spawnDatadock>) {
  const [stdout, stderr, [exitCode]] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode, stdout, stderr };
}

/** Runs lines in bash as a reader would paste them, and gives what they print. */
export async function paste(lines: string): Promise<string> {
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', lines], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  shell.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  shell.stderr.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const [code] = await once(shell, 'close');
  if (code !== 0) throw new Error(`exit code ${code}:\n${output}`);
  return output;
}
