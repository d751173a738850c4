import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import serverProcess from '../bin/server-process.json';

// Prints the figures of docs/interactions.md: npx tsx bench/interactions.ts [ROWS...]. How long imports of growing tables
// take and what memory, and whether an answer takes longer of many rows than of four: both are asked in turn, so that whatever
// else the machine does slows them alike.

const root = join(__dirname, '..');
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 10_000, 100_000, 1_000_000];
/** Of the rows of a table, a customer has so many on average. */
const rowsOfCustomer = 10;
const requests = 500;

/** Rows over ten years, the same for the same size. */
async function writeTable(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  let seed = rows;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const two = (value: number) => String(value).padStart(2, '0');
  file.write('Date,Channel,Customer ID\n');
  for (let row = 0; row < rows; row++) {
    const date = `${two(1 + random(28))}/${two(1 + random(12))}/${2015 + random(10)}`;
    const time = `${two(random(24))}:${two(random(60))}`;
    const channel = ['Email', 'Call', 'Bird', 'Letter', 'Visit'][random(5)];
    const line = `${date} ${time},${channel},${1 + random(rows / rowsOfCustomer)}\n`;
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

/** 0 of a process that has just ended. */
const memoryOf = (pid: number | undefined, name: 'VmHWM' | 'VmRSS'): number =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

async function startServer(dataDir: string) {
  const child = spawn(process.execPath, serverProcess.arguments, {
    cwd: root,
    env: { ...serverProcess.environment, ...process.env, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += chunk;
    const url = /Datadock runs on (\S+)/.exec(printed)?.[1];
    if (url) return { url, child };
  }
  throw new Error(`the server ended:\n${printed}`);
}

/** Runs the command line, and gives its time and the most memory that it held. */
async function timeImport(args: readonly string[]): Promise<{ readonly ms: number; readonly peakBytes: number }> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['dist/datadock.mjs', 'import', ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let peakBytes = 0;
  const watch = setInterval(() => {
    try {
      peakBytes = Math.max(peakBytes, memoryOf(child.pid, 'VmHWM'));
    } catch {} // It has just ended.
  }, 50);
  const [code] = await once(child, 'exit');
  clearInterval(watch);
  if (code !== 0) throw new Error(`the import ended with ${code}`);
  return { ms: performance.now() - startedMs, peakBytes };
}

/** An API as the demo user asks it. */
async function clientOf(url: string): Promise<(path: string) => Promise<number>> {
  const login = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'demo@example.com', password: 'Datadock-demo-1' }),
  });
  const { access_token } = (await login.json()) as { readonly access_token: string };
  return async (path) => {
    const startedMs = performance.now();
    const response = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${access_token}` } });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
    return performance.now() - startedMs;
  };
}

const median = (times: readonly number[]): string =>
  `${(times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN).toFixed(1)} ms`;

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const shown = (rows: number) => rows.toLocaleString('en').replaceAll(',', ' ');
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

async function main(): Promise<void> {
  const [folder, other] = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'datadock-interactions-'))) as [string, string];
  const outputs = ['--outputs', join(folder, 'outputs.json')];
  const table = join(folder, 'table.csv');
  const [large, small] = [await startServer(folder), await startServer(other)];

  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}\n`);
  console.log('| Rows | Import | Memory | Again | Server |\n|---|---|---|---|---|');
  let total = 4;
  for (const rows of sizes) {
    await writeTable(table, rows);
    const first = await timeImport(['interactions', table, ...outputs]);
    const again = await timeImport(['interactions', table, ...outputs]);
    total += rows;
    const memory = megabytes(memoryOf(large.child.pid, 'VmRSS'));
    const figures = [shown(rows), seconds(first.ms), megabytes(first.peakBytes), seconds(again.ms), memory];
    console.log(`| ${figures.join(' | ')} |`);
  }
  const rebuilt = await timeImport(['--rebuild', ...outputs]);
  console.log(`\nA rebuild of all of them: ${seconds(rebuilt.ms)}, ${megabytes(rebuilt.peakBytes)}\n`);

  console.log(`| Answer | of 4 rows | of ${shown(total)} |\n|---|---|---|`);
  const [askSmall, askLarge] = [await clientOf(small.url), await clientOf(large.url)];
  for (const path of [
    '/interactions/4',
    '/interactions/4?topic=sand&match=asof',
    '/statistics/interactions?group_by=customer_type,channel',
    '/statistics/interactions?group_by=month',
    '/data-quality',
  ]) {
    const times: [number[], number[]] = [[], []];
    for (let i = 0; i < requests; i++) {
      times[0].push(await askSmall(path));
      times[1].push(await askLarge(path));
    }
    console.log(`| \`${path}\` | ${median(times[0])} | ${median(times[1])} |`);
  }
  for (const { child } of [large, small]) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  for (const path of [folder, other]) rmSync(path, { recursive: true, force: true });
}

void main();
