import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { figure } from '../proof/figure';
import { clientOf } from './client';
import { datadock, jsonOf, type RunningServer, spawnDatadock, startServer } from './server';

/** `npm run proof` asks for more. */
declare const askedKills: number | undefined;
const isProof = typeof askedKills !== 'undefined';
const kills = isProof ? 10 : 1;

jest.setTimeout(60_000 + 60_000 * kills);

const dataDir = mkdtempSync(join(tmpdir(), 'datadock-import-crash-'));
let server: RunningServer;
const { get, login } = clientOf({
  get current() {
    return server;
  },
});
afterAll(async () => {
  await server.stop('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

const customers = isProof ? 3_000 : 1_000;
const rowsOfCustomer = 3;
const rows = customers * rowsOfCustomer;
const outputs = ['--outputs', join(dataDir, 'outputs.json')];

/** Interactions of every customer in a month of the table's own. */
function tableOf(month: number): string {
  const path = join(dataDir, `${month}.csv`);
  const lines = Array.from({ length: rows }, (_, row) => {
    const day = String(1 + (row % 28)).padStart(2, '0');
    return `${day}/${String(month).padStart(2, '0')}/2023 10:00,Email,${1000 + (row % customers)}`;
  });
  writeFileSync(path, `Date,Channel,Customer ID\n${lines.join('\n')}\n`);
  return path;
}

interface Month {
  readonly month: string;
  readonly count: number;
}

/** The months of 2023 that are there, each of them whole. */
async function wholeMonths(token: string): Promise<readonly string[]> {
  const { data, total } = await jsonOf(get('/statistics/interactions?group_by=month&from=2023-01-01', token));
  const months: readonly Month[] = data;
  expect(months.filter(({ count }) => count !== rows)).toEqual([]);
  expect(total).toBe(rows * months.length);
  return months.map(({ month }) => month);
}

/** That customers have what the months say. */
async function expectCustomersOf(token: string, months: readonly string[]): Promise<void> {
  for (let i = 0; i < 25; i++) {
    const { data } = await jsonOf(get(`/interactions/${1000 + randomInt(customers)}?from=2023-01-01`, token));
    expect(data.interactions).toMatchObject({ Email: rowsOfCustomer * months.length });
  }
}

test(`killed ${kills} times amid imports and rebuilds, readers see the old data or the new`, async () => {
  server = await startServer(dataDir);
  const token = (await login('demo@example.com', 'Datadock-demo-1')).access_token;
  expect((await datadock('import', 'interactions', tableOf(12), ...outputs)).exitCode).toBe(0);
  let known = await wholeMonths(token);
  expect(known).toEqual(['2023-12']);
  const figures = { answers: 0, visible: 0 };

  for (let round = 0; round < kills; round++) {
    const month = `2023-${String(round + 1).padStart(2, '0')}`;
    const isRebuild = round % 3 === 2;
    const args = isRebuild ? ['--rebuild'] : ['interactions', tableOf(round + 1)];
    const importer = spawnDatadock(['import', ...args, ...outputs]);
    const ended = once(importer, 'exit');

    // Beside the import, and whether or not it is waiting for the one that was killed before, answers are whole.
    const until = Date.now() + randomInt(1_000, isProof ? 20_000 : 3_000);
    while (Date.now() < until) {
      const months = await wholeMonths(token);
      expect(known).toEqual(months.filter((each) => each !== month));
      figures.answers++;
      await sleep(20);
    }
    if (round % 2 === 0) {
      await server.stop('SIGKILL');
      importer.kill('SIGKILL');
      server = await startServer(dataDir);
    } else {
      importer.kill('SIGKILL');
    }
    await ended;

    const months = await wholeMonths(token);
    expect(known).toEqual(months.filter((each) => each !== month));
    await expectCustomersOf(token, months);
    if (months.includes(month)) figures.visible++;
    known = months;
  }

  if (!isProof) return;
  // What was killed is made up for, and nothing stands in its way.
  const rounds = Array.from({ length: kills }, (_, round) => round).filter((round) => round % 3 !== 2);
  for (const round of rounds) {
    expect((await datadock('import', 'interactions', tableOf(round + 1), ...outputs)).exitCode).toBe(0);
  }
  expect((await datadock('import', '--rebuild', ...outputs)).exitCode).toBe(0);
  const all = await wholeMonths(token);
  expect(all).toHaveLength(1 + rounds.length);
  await expectCustomersOf(token, all);
  figure({
    proof: 'imports',
    what: 'the importer killed, with readers beside it',
    asked: 'an import is visible whole or not at all',
    measured: `${kills} kills: ${figures.answers} answers, ${figures.visible} imports visible before their kill`,
  });
});
