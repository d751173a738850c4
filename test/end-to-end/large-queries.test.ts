import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { figure } from '../proof/figure';
import { clientOf } from './client';
import { jsonOf, useServer } from './server';

// A file larger than what the server may hold of it: `npm run proof` takes 150 MB, `npm test` less. What the process
// reads and holds is read from /proc, which Linux has.

jest.setTimeout(600_000);

const given = globalThis as { queriedMegabytes?: number };
const megabytes = given.queriedMegabytes ?? 32;
const mebibyte = 1024 ** 2;

const server = useServer();
const { send, post, get, upload, aUser } = clientOf(server);

let token: string;
let large: string;
let small: string;

const line = '1234567,Mars,"the red, dusty planet",0.53,2\n';
const part = Buffer.from(line.repeat(Math.floor((8 * mebibyte) / line.length)).padEnd(8 * mebibyte, '\n'));

async function uploaded(name: string, parts: number): Promise<string> {
  const session = await jsonOf(post('/uploads', { name, size: parts * part.length }, token));
  expect(session.part_size).toBe(part.length);
  for (const { url } of session.parts) expect((await fetch(url, { method: 'PUT', body: part })).status).toBe(200);
  return (await jsonOf(send(`/uploads/${session.id}/complete`, { method: 'POST' }, token))).id;
}

beforeAll(async () => {
  token = await aUser('ann@example.com');
  small = await uploaded('small.csv', 1);
  large = await uploaded('large.csv', Math.ceil((megabytes * 1e6) / part.length));
});

const query = (id: string, expression: string, input: object = {}, signal?: AbortSignal) =>
  send(
    `/files/${id}/query`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ expression, input: { header: 'NONE', ...input } }),
      ...(signal && { signal }),
    },
    token,
  );

const residentBytes = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.current.pid}/status`, 'utf8'))?.[1]) * 1024;

/** Bytes that the server has read from files and sockets. */
const readBytes = () => Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${server.current.pid}/io`, 'utf8'))?.[1]);

/** Reads an answer to its end, and gives its length and the most that the server held meanwhile. */
async function drained(response: Response): Promise<{ readonly bytes: number; readonly mostResident: number }> {
  let bytes = 0;
  let mostResident = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    mostResident = Math.max(mostResident, residentBytes());
  }
  return { bytes, mostResident };
}

const all = 'SELECT * FROM S3Object';

test('memory does not grow with the file', async () => {
  for (let warm = 0; warm < 6; warm++) await drained(await query(small, all));
  const before = residentBytes();
  const { bytes, mostResident } = await drained(await query(large, all));
  expect(bytes).toBeGreaterThan(megabytes * 0.99e6);
  const count = await (await query(large, 'SELECT COUNT(*), SUM(CAST(_5 AS INT)) FROM S3Object')).text();
  const records = Math.floor(part.length / line.length) * Math.ceil((megabytes * 1e6) / part.length);
  expect(count).toBe(`${records},${2 * records}\n`);
  const grown = Math.max(mostResident, residentBytes()) - before;
  expect(grown).toBeLessThan(64e6);
  figure({
    proof: 'queries over HTTP',
    what: 'memory of the server, queried for a large file',
    asked: 'at most 64 MB more',
    measured: `${megabytes} MB queried: ${(grown / 1e6).toFixed(0)} MB more`,
  });
});

test('the first rows come before the last are read, and a client that leaves ends the reading', async () => {
  const before = readBytes();
  const left = new AbortController();
  const response = await query(large, all, {}, left.signal);
  const reader = response.body?.getReader();
  expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
  await wait(300);
  // The file is read from the disk and once more from the embedded S3: had all of it been read, it were twice its size.
  const atFirstRows = readBytes() - before;
  left.abort();
  await wait(300);
  const whenLeft = readBytes() - before;
  await wait(500);
  expect(atFirstRows).toBeLessThan(megabytes * 1e6);
  expect(whenLeft).toBeLessThan(megabytes * 1e6);
  expect(readBytes() - before - whenLeft).toBeLessThan(2e6);
});

const repeated = (text: string, times: number, glue: string) => Array(times).fill(text).join(glue);

interface Hostile {
  readonly name: string;
  readonly expression: string;
  readonly file?: Uint8Array;
  readonly input?: object;
}

const count = 'SELECT COUNT(*) FROM S3Object';
const cells = Buffer.from(`${'a'.repeat(100_000)}\n`.repeat(10));

/** What is meant to hurt, over a file of its own or over eight megabytes. */
const hostile: readonly Hostile[] = [
  { name: '12 wildcards', expression: `${count} WHERE _1 LIKE '${'%a%a%a'.repeat(4)}%b'`, file: cells },
  { name: 'a pattern of 5 KB', expression: `${count} WHERE _1 LIKE '%${'_'.repeat(5000)}b%'`, file: cells },
  { name: '20 000 parentheses', expression: `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)} FROM S3Object` },
  { name: '10 000 ORs', expression: `${count} WHERE ${repeated("_1 = 'b'", 10_000, ' OR ')}` },
  {
    name: '300 nested CASEs',
    expression: `SELECT ${"CASE WHEN _1 = 'a' THEN ".repeat(300)}1${' END'.repeat(300)} FROM S3Object LIMIT 9000`,
  },
  { name: '60 000 items', expression: `SELECT ${repeated('_1', 60_000, ',')} FROM S3Object` },
  { name: 'a record of 1.2 MB', expression: count, file: Buffer.alloc(1_200_000, 'x') },
  { name: 'a quote never closed', expression: count, file: Buffer.from(`"${'x,\n'.repeat(1_000_000)}`) },
  {
    name: 'a gzip bomb',
    expression: count,
    file: gzipSync(Buffer.alloc(400 * mebibyte, '\n')),
    input: { compression: 'GZIP' },
  },
];

test('queries that are made to hurt are answered, and others meanwhile', async () => {
  const times: number[] = [];
  let isOver = false;
  const others = (async () => {
    while (!isOver) {
      const startedMs = performance.now();
      expect((await get('/me', token)).status).toBe(200);
      times.push(performance.now() - startedMs);
      await wait(10);
    }
  })();
  let longestMs = 0;
  for (const { name, expression, file, input } of hostile) {
    const id = file ? (await jsonOf(upload(token, `${name}.csv`, file))).id : small;
    const startedMs = performance.now();
    const answered = await query(id, expression, input);
    await answered.arrayBuffer().catch(() => {}); // A late fault cuts the answer.
    expect([name, [200, 400].includes(answered.status)]).toEqual([name, true]);
    longestMs = Math.max(longestMs, performance.now() - startedMs);
  }
  isOver = true;
  await others;
  const sorted = times.toSorted((a, b) => a - b);
  const p95 = sorted[Math.floor(0.95 * sorted.length)] ?? Number.NaN;
  figure({
    proof: 'queries over HTTP',
    what: 'queries that are made to be slow, with other requests beside them',
    asked: '200 or 400, and the others are answered',
    measured: `${hostile.length} queries, the longest ${longestMs.toFixed(0)} ms; ${times.length} others, 95th percentile ${p95.toFixed(0)} ms`,
  });
});
