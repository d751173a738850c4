import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import serverProcess from '../bin/server-process.json';

// Prints the figures of the README: npx tsx bench/figures.ts. They are of one machine and one moment; the README says which.

const root = join(__dirname, '..');
const cache = join(root, 'node_modules', '.cache', 'datadock');
const requests = 100;

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, entry) => bytes + statSync(join(entry.parentPath, entry.name)).size, 0);

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

interface Server {
  readonly url: string;
  readonly startMs: number;
  readonly residentBytes: () => number;
  readonly stop: () => Promise<void>;
}

function start(dataDir: string): Promise<Server> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, serverProcess.arguments, {
    cwd: root,
    env: { ...serverProcess.environment, ...process.env, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      const url = /Datadock runs on (\S+)/.exec(printed)?.[1];
      if (!url) return;
      resolve({
        url,
        startMs: performance.now() - startedMs,
        residentBytes: () =>
          Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
        stop: async () => {
          child.kill('SIGTERM');
          await ended;
        },
      });
    });
  });
}

async function timeOf(call: () => Promise<Response>): Promise<string> {
  const times: number[] = [];
  let firstMs = 0;
  for (let i = 0; i <= requests; i++) {
    const startedMs = performance.now();
    const response = await call();
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
    if (i === 0) firstMs = performance.now() - startedMs;
    else times.push(performance.now() - startedMs);
  }
  return `${median(times).toFixed(1)} ms (first ${firstMs.toFixed(0)} ms)`;
}

/** By the Postman collection. */
function callEveryRoute(url: string): void {
  const variables = [`baseUrl=${url}`, `mailbox_url=${url}/local/mailbox`].flatMap((each) => ['--env-var', each]);
  const collection = ['postman/datadock.postman_collection.json', '-e', 'postman/local.postman_environment.json'];
  const newman = [join('node_modules', 'newman', 'bin', 'newman.js'), 'run', ...collection, ...variables];
  execFileSync(process.execPath, newman, { cwd: root, stdio: 'ignore' });
}

async function main(): Promise<void> {
  const row = (what: string, figure: string) => console.log(`| ${what} | ${figure} |`);
  const dataDir = mkdtempSync(join(tmpdir(), 'datadock-figures-'));
  rmSync(cache, { recursive: true, force: true });

  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}\n\n| | |\n|---|---|`);
  row('installed, `node_modules`', megabytes(sizeOf(join(root, 'node_modules'))));
  const first = await start(dataDir);
  row('first start: synthesis, demo user, three files', `${(first.startMs / 1000).toFixed(1)} s`);
  await first.stop();
  const server = await start(dataDir);
  row('second start', `${(server.startMs / 1000).toFixed(2)} s`);

  const api = `${server.url}/api/v1`;
  const login = await fetch(`${api}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'demo@example.com', password: 'Datadock-demo-1' }),
  });
  const { access_token } = (await login.json()) as { readonly access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
  const listed = await fetch(`${api}/files?prefix=birdstrikes`, { headers });
  const { data } = (await listed.json()) as { readonly data: readonly { readonly id: string }[] };
  const query = (expression: string) =>
    fetch(`${api}/files/${data[0]?.id}/query`, { method: 'POST', headers, body: JSON.stringify({ expression }) });

  row('GET /health, no call to AWS', await timeOf(() => fetch(`${api}/health`)));
  row('GET /me, one call', await timeOf(() => fetch(`${api}/me`, { headers })));
  row('GET /files, two calls', await timeOf(() => fetch(`${api}/files`, { headers })));
  row('query, first 5 rows', await timeOf(() => query('SELECT * FROM S3Object LIMIT 5')));
  row('query, `COUNT(*)` over 10 000 rows (1.2 MB)', await timeOf(() => query('SELECT COUNT(*) FROM S3Object')));
  const replace = () => fetch(`${api}/files/${data[0]?.id}/content`, { method: 'PUT', headers, body: 'a\n1\n' });
  row('PUT of a small file, four calls', await timeOf(replace));
  row('memory after these, resident', megabytes(server.residentBytes()));
  for (let run = 0; run < 2; run++) callEveryRoute(server.url);
  row('memory after the Postman collection ran twice: every route', megabytes(server.residentBytes()));
  await server.stop();

  const assembly = join(cache, readdirSync(cache)[0] ?? '');
  for (const key of ['health', 'me', 'auth/login', 'files/query']) {
    row(`bundle \`${key}\``, megabytes(sizeOf(join(assembly, 'functions', key))));
  }
  rmSync(dataDir, { recursive: true, force: true });
}

void main();
