import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

// Prints the figures of docs/interactions.md: npx tsx bench/interactions.ts. How long imports of growing tables take, what
// memory they take, and that the time of an answer does not grow with the table.

const root = join(__dirname, '..');
const sizes = [1_000, 10_000, 100_000, 1_000_000];
/** Of the rows of a table, a customer has so many on average. */
const rowsOfCustomer = 10;
const requests = 200;

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
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/start.ts'], {
    cwd: root,
    env: { MALLOC_ARENA_MAX: '2', ...process.env, PORT: '0', DATA_DIR: dataDir },
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
  const child = spawn(process.execPath, ['dist/datadock.cjs', 'import', ...args], {
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

async function medianOf(call: () => Promise<Response>): Promise<string> {
  const times: number[] = [];
  for (let i = 0; i < requests; i++) {
    const startedMs = performance.now();
    const response = await call();
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
    times.push(performance.now() - startedMs);
  }
  return `${(times.toSorted((a, b) => a - b)[requests >> 1] ?? Number.NaN).toFixed(1)} ms`;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'datadock-interactions-'));
  const outputs = ['--outputs', join(dataDir, 'outputs.json')];
  const table = join(dataDir, 'table.csv');
  const { url, child } = await startServer(dataDir);
  const api = `${url}/api/v1`;
  const login = await fetch(`${api}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'demo@example.com', password: 'Datadock-demo-1' }),
  });
  const { access_token } = (await login.json()) as { readonly access_token: string };
  const get = (path: string) => fetch(api + path, { headers: { authorization: `Bearer ${access_token}` } });

  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}\n`);
  console.log('| Rows | Import | Memory | Again | Server | One customer | By type, channel | By month |');
  console.log('|---|---|---|---|---|---|---|---|');
  for (const rows of sizes) {
    await writeTable(table, rows);
    const first = await timeImport(['interactions', table, ...outputs]);
    const again = await timeImport(['interactions', table, ...outputs]);
    const figures = [
      rows.toLocaleString('en').replaceAll(',', ' '),
      seconds(first.ms),
      megabytes(first.peakBytes),
      seconds(again.ms),
      megabytes(memoryOf(child.pid, 'VmRSS')),
      await medianOf(() => get('/interactions/4')),
      await medianOf(() => get('/statistics/interactions?group_by=customer_type,channel')),
      await medianOf(() => get('/statistics/interactions?group_by=month')),
    ];
    console.log(`| ${figures.join(' | ')} |`);
  }
  const rebuilt = await timeImport(['--rebuild', ...outputs]);
  console.log(`\nA rebuild of all of them: ${seconds(rebuilt.ms)}, ${megabytes(rebuilt.peakBytes)}`);
  child.kill('SIGTERM');
  await once(child, 'exit');
  rmSync(dataDir, { recursive: true, force: true });
}

void main();
