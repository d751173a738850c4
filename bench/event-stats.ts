import '../local/process-environment';

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCommandLine } from '../bin/command-line';
import { startCognito } from '../local/services/cognito/cognito';
import {
  aPassword,
  aPool,
  createConfirmedUser,
  credentials,
  region,
  sdkClient,
} from '../test/local/services/cognito/fixture';

// Prints what `datadock stats` takes for large local files, beside what a reader may know: npx tsx bench/event-stats.ts [ROWS...].
// The command is measured whole: the process's start, the sign-in (an embedded Cognito), the rows, 20 000 users from a
// GraphQL server that answers at once, and the report. The others only count, per day and per user, and check nothing.

const folder = mkdtempSync(join(tmpdir(), 'datadock-bench-'));
const user = 'bench@example.com';
const users = 20_000;
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [5_000_000, 22_500_000];
const rounds = 3;

/** Rows over three days, in the order of time, users at random. */
function generate(rows: number): string {
  const path = join(folder, `${rows}.csv`);
  const file = openSync(path, 'w');
  let state = 42;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const names = ['page_view', 'search', 'query', 'download', 'logout'];
  for (let start = 0; start < rows; start += 20_000) {
    let text = '';
    for (let row = start; row < Math.min(start + 20_000, rows); row += 1) {
      const user = String(Math.floor(random() * users)).padStart(8, '0');
      text += `${1_763_596_800 + Math.floor((row * 259_200) / rows)},"user-${user}-4b0e-9d5c","${names[row % 5]}"\n`;
    }
    writeSync(file, text);
  }
  closeSync(file);
  return path;
}

async function startServers() {
  const pool = aPool({ id: `${region}_Bench0001` });
  const dir = join(folder, 'cognito');
  const cognito = await startCognito({ dir, region, credentials, deliver: () => {}, pools: [pool] });
  const admin = sdkClient(cognito.url);
  await createConfirmedUser(admin, pool.id, user);
  admin.destroy();

  let requests = 0;
  const directory = createServer(async (request, response) => {
    requests += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as { variables: Record<string, string> };
    const answers = Object.values(variables).map((id, alias) => [
      `u${alias}`,
      { id, firstName: 'A', lastName: 'B', role: 'c' },
    ]);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: Object.fromEntries(answers) }));
  }).listen(0, '127.0.0.1');
  await once(directory, 'listening');

  const outputs = join(folder, 'outputs.json');
  const environment = { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: cognito.url };
  const GraphqlUrl = `http://127.0.0.1:${(directory.address() as AddressInfo).port}/graphql`;
  const stack = { UserPoolId: pool.id, UserPoolClientId: pool.clients[0]?.id, GraphqlUrl };
  writeFileSync(outputs, JSON.stringify({ local: { environment }, Bench: stack }));
  return {
    outputs,
    requests: () => requests,
    close: async () => {
      directory.closeAllConnections();
      directory.close();
      await cognito.close();
    },
  };
}

interface Measured {
  readonly seconds: number;
  readonly peakMegabytes: number;
}

async function measure(command: string, args: readonly string[]): Promise<Measured> {
  const startedMs = performance.now();
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATADOCK_PASSWORD: aPassword },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let peakBytes = 0;
  const timer = setInterval(() => {
    const status = readStatus(child.pid);
    peakBytes = Math.max(peakBytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
  }, 20);
  const [code] = await once(child, 'close');
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return { seconds: (performance.now() - startedMs) / 1000, peakMegabytes: peakBytes / 1e6 };
}

function readStatus(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return ''; // It has just ended.
  }
}

const readlineLoop = `
const days = new Map(), users = new Map();
const lines = require('node:readline').createInterface({ input: require('node:fs').createReadStream(process.argv[1]) });
lines.on('line', (line) => {
  const [epoch, user] = line.split(',');
  const day = new Date(epoch * 1000).toISOString().slice(0, 10);
  days.set(day, (days.get(day) ?? 0) + 1);
  users.set(user, (users.get(user) ?? 0) + 1);
});
lines.on('close', () => console.log(days, users.size));
`;
const awkProgram =
  '{ days[int($1 / 86400)]++; users[$2]++ } END { for (day in days) print day, days[day]; print length(users) }';

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function main() {
  const cli = buildCommandLine(join(folder, 'cli'));
  const servers = await startServers();
  console.log(
    `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
  );
  console.log(`medians of ${rounds}, in turn; ${users} users\n`);
  for (const rows of sizes) {
    const file = generate(rows);
    const stats = ['stats', '--user', user, '--file', file, '--outputs', servers.outputs];
    const contenders: readonly [name: string, command: string, args: readonly string[]][] = [
      ['datadock stats', process.execPath, [cli, ...stats]],
      ['a readline loop in Node', process.execPath, ['-e', readlineLoop, file]],
      ['awk', 'awk', ['-F,', awkProgram, file]],
    ];
    const results = new Map<string, Measured[]>(contenders.map(([name]) => [name, []]));
    const before = servers.requests();
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, command, args] of contenders) results.get(name)?.push(await measure(command, args));
    }
    const asked = (servers.requests() - before) / rounds;
    console.log(`${rows} rows, ${(statSync(file).size / 1e6).toFixed(0)} MB, ${asked} requests for users`);
    const own = median((results.get('datadock stats') ?? []).map(({ seconds }) => seconds));
    for (const [name, measured] of results) {
      const seconds = median(measured.map((each) => each.seconds));
      const peak = Math.max(...measured.map((each) => each.peakMegabytes));
      console.log(
        `  ${name.padEnd(24)} ${seconds.toFixed(2).padStart(7)} s  ${(seconds / own).toFixed(2).padStart(5)}x  ${peak.toFixed(0).padStart(5)} MB`,
      );
    }
    rmSync(file);
  }
  await servers.close();
}

main().finally(() => rmSync(folder, { recursive: true }));
