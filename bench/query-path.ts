import '../local/process-environment';

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { prepareDemo } from '../local/demo';
import { startLocal } from '../local/start';
import { dataFile } from './engine/data';
import { type QueryName, sql } from './engine/queries';
import { median, Runs } from './engine/runs';
import { ThreadProfiles } from './query-path/thread-profiles';

// What a query costs around the engine, from the embedded S3 to the HTTP response: npx tsx bench/query-path.ts [MEGABYTES] [ROUNDS].
// CPU time of the server with all its threads, the client being a process of its own, and of the engine alone over the
// same file, in turn; then where the time goes, by thread; then how the function starts.

const [megabytes = 100, rounds = 3] = process.argv.slice(2).map(Number);
const queries: readonly (readonly [what: string, query: QueryName])[] = [
  ['filter', 'Q1'],
  ['aggregates', 'Q4'],
  ['SELECT *', 'Q6'],
];
const shownFunctions = 8;

const run = promisify(execFile);
const node = async (...args: readonly string[]): Promise<string> =>
  (await run(process.execPath, [...args], { encoding: 'utf8' })).stdout.trim();
const client = (...args: readonly string[]) => node(join(__dirname, 'query-path', 'client.mjs'), ...args);

/** CPU time of this process, the server, while something is done elsewhere. */
async function cpuMsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function tokenOf(apiUrl: string, user: { readonly email: string; readonly password: string }): Promise<string> {
  const login = await fetch(`${apiUrl}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: user.email, password: user.password }),
  });
  return ((await login.json()) as { readonly access_token: string }).access_token;
}

type Ask = (query: QueryName) => Promise<string>;

async function printCosts(ask: Ask, file: string): Promise<void> {
  const runs = await Runs.prepare();
  const gigabytes = statSync(file).size / 1e9;
  console.log('| query | engine alone | whole path | ratio |\n|---|---|---|---|');
  for (const [what, query] of queries) {
    const pairs: [number, number][] = [];
    for (let round = 0; round < rounds; round++) {
      const { cpuMs } = runs.run('engine', 'orders', query, file);
      pairs.push([cpuMs / 1000 / gigabytes, (await cpuMsOf(() => ask(query))) / 1000 / gigabytes]);
    }
    const [alone, path, ratio] = [
      median(pairs.map(([engine]) => engine)),
      median(pairs.map(([, whole]) => whole)),
      median(pairs.map(([engine, whole]) => whole / engine)),
    ];
    console.log(`| ${what} | ${alone.toFixed(2)} | ${path.toFixed(2)} | ${ratio.toFixed(1)}x |`);
  }
  runs.close();
}

async function printProfile(ask: Ask, what: string, query: QueryName): Promise<void> {
  const profiles = new ThreadProfiles();
  await profiles.start();
  await ask(query);
  const threads = await profiles.stop();
  for (const [thread, msByFunction] of Object.entries(threads)) {
    const busyMs = [...msByFunction.values()].reduce((sum, ms) => sum + ms, 0);
    console.log(`\n${what}, ${thread}: ${busyMs.toFixed(0)} ms`);
    for (const [name, ms] of [...msByFunction].sort(([, a], [, b]) => b - a).slice(0, shownFunctions)) {
      console.log(`  ${((100 * ms) / busyMs).toFixed(1).padStart(5)} % ${name}`);
    }
  }
}

/** The bundle as it is deployed, loaded by a Node that does nothing else. */
async function printStart(first: number, second: number): Promise<void> {
  const cache = join(__dirname, '..', 'node_modules', '.cache', 'datadock');
  const [newest = ''] = readdirSync(cache).sort(
    (a, b) => statSync(join(cache, b)).mtimeMs - statSync(join(cache, a)).mtimeMs,
  );
  const folder = join(cache, newest, 'functions', 'files', 'query');
  const bundle = join(folder, readdirSync(folder).find((name) => name.endsWith('.js')) ?? '');
  // CPU time, which tells more than time where the machine has other work; on an idle one the two are the same.
  const load = `const before = process.cpuUsage(); require(${JSON.stringify(bundle)}); const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000); process.exit(0)`;
  const times: number[] = [];
  for (let round = 0; round < 3 * rounds; round++) times.push(Number(await node('-e', load)));
  console.log(
    `\nThe function's bundle: ${(statSync(bundle).size / 1e6).toFixed(2)} MB, loaded in ${median(times).toFixed(0)} ms of CPU time.`,
  );
  console.log(`First answer of a new instance: ${first.toFixed(0)} ms; of one that runs: ${second.toFixed(0)} ms.`);
}

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'datadock-query-path-'));
  const cloud = await startLocal({ port: 0, host: '127.0.0.1', dataDir, mapWorker: 'off' }, () => {});
  try {
    const token = await tokenOf(cloud.apiUrl, await prepareDemo(cloud));
    const file = dataFile('orders', megabytes * 1e6);
    const id = await client(cloud.apiUrl, token, 'upload', file);
    const ask: Ask = (query) => client(cloud.apiUrl, token, 'query', id, sql('orders', query, 'engine', 'S3Object'));
    const firstMs = async () => (JSON.parse(await ask('Q5')) as { readonly firstMs: number }).firstMs;
    const starts = [await firstMs(), await firstMs()] as const;

    console.log(
      `${cpus()[0]?.model}, Node ${process.version}; ${megabytes} MB of orders, medians of ${rounds}; CPU seconds a GB.\n`,
    );
    await printCosts(ask, file);
    for (const [what, query] of queries) await printProfile(ask, what, query);
    await printStart(...starts);
  } finally {
    await cloud.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

void main();
