import '../local/process-environment';

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { prepareDemo } from '../local/demo';
import { startLocal } from '../local/start';

// Prints where the server's main thread spends its time on requests of four calls to AWS: npx tsx bench/profile.ts. The
// gateway, the embedded S3, Cognito and DynamoDB are there; the functions are in threads of their own, the client in a
// process of its own.

const requests = 600;
const shown = 8;

/** Replaces a small file, over and over. */
const client = `
  const [api, email, password] = process.argv.slice(1);
  const json = async (response) => (await response).json();
  const body = JSON.stringify({ email, password });
  const { access_token } = await json(fetch(api + '/auth/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body }));
  const headers = { authorization: 'Bearer ' + access_token, 'content-type': 'text/csv' };
  const { data } = await json(fetch(api + '/files', { headers }));
  for (let i = 0; i < ${requests}; i++) {
    const response = await fetch(api + '/files/' + data[0].id + '/content', { method: 'PUT', headers, body: 'a\\n' + i });
    if (!response.ok) throw new Error('answered ' + response.status);
    await response.text();
  }
`;

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'datadock-profile-'));
  const cloud = await startLocal({ port: 0, host: '127.0.0.1', dataDir, mapWorker: 'on' }, () => {});
  const { email, password } = await prepareDemo(cloud);

  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', client, cloud.apiUrl, email, password]);
  const { profile } = await session.post('Profiler.stop');
  await cloud.close();
  rmSync(dataDir, { recursive: true, force: true });

  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const msByFunction = new Map<string, number>();
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const { functionName = '', url = '' } = nodes.get(id) ?? {};
    const name = `${functionName || '(anonymous)'} ${url.split('/').slice(-2).join('/')}`.trim();
    msByFunction.set(name, (msByFunction.get(name) ?? 0) + (profile.timeDeltas?.[index] ?? 0) / 1000);
  }
  msByFunction.delete('(idle)');
  const busyMs = [...msByFunction.values()].reduce((sum, ms) => sum + ms, 0);
  console.log(
    `main thread busy: ${(busyMs / requests).toFixed(2)} ms a request, ${requests} requests\n\n| | |\n|---|---|`,
  );
  for (const [name, ms] of [...msByFunction].sort(([, a], [, b]) => b - a).slice(0, shown)) {
    console.log(`| \`${name}\` | ${((100 * ms) / busyMs).toFixed(1)} % |`);
  }
}

void main();
