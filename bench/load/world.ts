import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formOf, formType, smallCsv } from './bodies';

// What there is before the load begins: users with files and processed maps, beside what `npm start` brings.

export interface User {
  readonly email: string;
  readonly token: string;
  /** Ids of files of 1 KB. */
  readonly smallFiles: readonly string[];
  /** Id of a file of 1.2 MB. */
  readonly largeFile: string;
  readonly maps: readonly string[];
}

interface Query {
  readonly expression: string;
  readonly answer: string;
}

export interface World {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  readonly password: string;
  readonly users: readonly User[];
  readonly aggregate: Query;
  readonly filter: Query;
}

const users = 8;
const smallFilesOfUser = 5;
const mapsOfUser = 2;
const password = 'Correct-horse-1';
const large = readFileSync(join(__dirname, '..', '..', 'node_modules', 'vega-datasets', 'data', 'birdstrikes.csv'));

export async function prepareWorld(url: string): Promise<World> {
  const send = async (path: string, init: RequestInit = {}): Promise<string> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return text;
  };
  const post = (path: string, body: string | Buffer, type = 'application/json', token = '') =>
    send(`/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': type, ...(token && { authorization: `Bearer ${token}` }) },
      body,
    });

  async function aUser(email: string): Promise<User> {
    await post('/auth/signup', JSON.stringify({ email, password }));
    const mails = JSON.parse(await send(`/local/mailbox?to=${encodeURIComponent(email)}`));
    await post('/auth/confirm', JSON.stringify({ email, code: mails.data.at(-1).code }));
    const { access_token: token } = JSON.parse(await post('/auth/login', JSON.stringify({ email, password })));

    const upload = async (name: string, bytes: string | Buffer): Promise<string> =>
      JSON.parse(await post(`/files?name=${name}`, bytes, 'text/csv', token)).id;
    const smallFiles: string[] = [];
    for (let i = 0; i < smallFilesOfUser; i++) smallFiles.push(await upload(`small-${i}.csv`, smallCsv));
    const maps: string[] = [];
    for (let i = 0; i < mapsOfUser; i++) {
      const map = await post('/maps', formOf('town.txt', `north is up ${i}`), formType, token);
      maps.push(JSON.parse(map).id);
    }
    for (const id of maps) {
      while (JSON.parse(await send(`/api/v1/maps/${id}/status`)).status !== 'processed') await sleep(50);
    }
    return { email, token, smallFiles, largeFile: await upload('large.csv', large), maps };
  }

  const made: User[] = [];
  for (let i = 0; i < users; i++) made.push(await aUser(`load-${i}@example.com`));
  const { token = '', largeFile = '' } = made[0] ?? {};
  const query = async (expression: string): Promise<Query> => ({
    expression,
    answer: await post(`/files/${largeFile}/query`, JSON.stringify({ expression }), 'application/json', token),
  });
  return {
    url,
    password,
    users: made,
    aggregate: await query(`SELECT COUNT(*), MAX(CAST(NULLIF(s."Speed IAS in knots", '') AS INT)) FROM S3Object s`),
    filter: await query(`SELECT s."Airport Name", s."Flight Date" FROM S3Object s WHERE s."Origin State" = 'Alaska'`),
  };
}
