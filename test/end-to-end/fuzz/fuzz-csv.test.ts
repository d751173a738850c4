import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isSqlErrorCode } from '../../../src/engine/index';
import { figure } from '../../proof/figure';
import { clientOf } from '../client';
import { leaksIn, loggedOf, logsOf } from '../secrets/logs';
import { canary } from '../secrets/planted';
import { jsonOf, useServer } from '../server';
import { mutationNames, type SpoiltFile, spoiltFile } from './csv-files';
import { queryBody } from './csv-queries';
import { Dice } from './dice';
import { faultOf } from './faults';
import { type Answer, closeConnections, curlLine, type Sent, sendByClient } from './wire';

// Files that are spoilt, put up and asked over HTTP, with queries and options that are spoilt too. All of it goes through
// the gateway and the functions; nothing is called directly.

const given = globalThis as { askedFiles?: number; fuzzSeed?: number };
const count = given.askedFiles ?? 150;
const seed = given.fuzzSeed ?? 20_261_126;
const atOnce = 4;

/** What the process may hold at its most: itself, with a dozen functions and four files of 4 MB on their way through them. */
const maxResidentBytes = 900e6;

jest.setTimeout(7_200_000);

const server = useServer();
const { upload, get, aUser } = clientOf(server);
afterAll(closeConnections);

/** What is in the functions' log of a request, once it is there. */
async function logOf(requestId: string): Promise<readonly string[]> {
  const file = join(server.current.dataDir, 'logs', 'functions.log');
  for (let tries = 0; tries < 100; tries++) {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes(requestId));
    if (lines.some((line) => line.includes('answer cut'))) return lines;
    await wait(50);
  }
  return [];
}

/** An answer that was cut must be logged with a code that is documented. */
async function cutFault({ headers }: Answer): Promise<string | undefined> {
  const line = (await logOf(headers['x-request-id'] ?? '')).find((each) => each.includes('answer cut'));
  if (line === undefined) return 'a cut answer is not logged';
  const { error } = JSON.parse(line.slice(line.indexOf('{')));
  return isSqlErrorCode(error.code) ? undefined : `an answer was cut by ${JSON.stringify(error)}`;
}

/** Whether rows that were answered as lines of JSON are some. */
function rowsFault({ headers, body }: Answer): string | undefined {
  if (headers['content-type'] !== 'application/x-ndjson') return undefined;
  try {
    for (const line of body.toString().split('\n').slice(0, -1)) JSON.parse(line);
    return undefined;
  } catch (error) {
    return `a line of 200 is no JSON: ${error}`;
  }
}

const residentBytes = () =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.current.pid}/status`, 'utf8'))?.[1]) * 1024;

test(`${count} spoilt files, put up and asked over HTTP: only 2xx and 4xx, and cuts that are logged`, async () => {
  const token = await aUser('ann@example.com');
  const { url } = server.current;
  const failures = new Map<string, string>();
  const seen = { answered: 0, refused: 0, cut: 0, uploadsRefused: 0 };

  const sendOne = async (index: number, file: SpoiltFile, sent: Sent): Promise<Answer> => {
    const answer = await sendByClient(url, {
      ...sent,
      headers: [...sent.headers, ['authorization', `Bearer ${token}`]],
    });
    if (!answer) throw new Error('the request cannot be sent');
    const isRows = answer.status === 200 && sent.path.endsWith('/query');
    const found = answer.isCut
      ? await cutFault(answer)
      : (faultOf(sent, answer, []) ?? (isRows ? rowsFault(answer) : undefined));
    const kind = found?.replaceAll(/[0-9a-f-]{36}/g, 'ID').slice(0, 90);
    if (found !== undefined && kind !== undefined && !failures.has(kind)) {
      const told = `seed ${seed}, file ${index} (${file.how.join(', ')}): ${found}`;
      failures.set(kind, [told, curlLine(url, sent), ...loggedOf(server.current, found)].join('\n  '));
    }
    return answer;
  };

  const tryOne = async (index: number, slot: string) => {
    const dice = new Dice(seed + index);
    const file = spoiltFile(index, dice);
    const csv = ['content-type', 'text/csv'] as const;
    const name = `new-${slot}.csv`;
    const isNew = dice.chance(0.2);
    const put = isNew
      ? { method: 'POST', path: `/api/v1/files?name=${name}`, headers: [csv], body: file.bytes }
      : { method: 'PUT', path: `/api/v1/files/${idOf(`${slot}.csv`)}/content`, headers: [csv], body: file.bytes };
    const { status } = await sendOne(index, file, put);
    if (status >= 400) seen.uploadsRefused++;
    const id = idOf(isNew && status === 200 ? name : `${slot}.csv`);
    const answer = await sendOne(index, file, {
      method: 'POST',
      path: `/api/v1/files/${id}/query`,
      headers: [['content-type', 'application/json']],
      body: queryBody(file.how, dice),
    });
    seen[answer.isCut ? 'cut' : answer.status === 200 ? 'answered' : 'refused']++;
    if (isNew)
      await sendOne(index, file, { method: 'DELETE', path: `/api/v1/files/${idOf(name)}`, headers: [], body: none });
  };

  let next = 0;
  const work = async (_: unknown, worker: number) => {
    const slot = `slot-${worker}`;
    await upload(token, `${slot}.csv`, Buffer.from('n,v\na,1\n'));
    while (next < count) await tryOne(next++, slot);
  };
  await Promise.all(Array.from({ length: atOnce }).map(work));

  expect([...failures.values()]).toEqual([]);
  // The files are worth something only if some are read, some are not, and some only in part.
  expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([]);
  const most = residentBytes();
  expect(most).toBeLessThan(maxResidentBytes);
  expect(await jsonOf(get('/health'))).toEqual({ status: 'ok' });
  expect(leaksIn(logsOf(server.current), [canary, token, '@example.com'])).toEqual([]);
  const shown = (value: number) => value.toLocaleString('en');
  figure({
    proof: 'fuzz csv',
    what: `spoilt CSV files, ${mutationNames.length} kinds of harm, put up and asked over HTTP, with spoilt SQL and options`,
    asked: '10 000: only 2xx and 4xx, a cut answer never ends cleanly and is logged, at most 900 MB held',
    measured: `${shown(count)} files: ${shown(seen.answered)} answered, ${shown(seen.refused)} refused, ${shown(seen.cut)} cut and logged; at most ${(most / 1e6).toFixed(0)} MB`,
  });
});

const none = Buffer.alloc(0);
const idOf = (name: string) => Buffer.from(name).toString('base64url');
