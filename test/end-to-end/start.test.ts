import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonOf, root, spawnServer, startServer } from './server';

jest.setTimeout(120_000);

const dataDir = mkdtempSync(join(tmpdir(), 'datadock-start-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const demo = { email: 'demo@example.com', password: 'Datadock-demo-1' };
const login = (url: string) =>
  fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(demo),
  });

async function names(url: string): Promise<string[]> {
  const { access_token } = await jsonOf(login(url));
  const files = await fetch(`${url}/api/v1/files`, { headers: { authorization: `Bearer ${access_token}` } });
  return (await jsonOf(files)).data.map(({ name }: { name: string }) => name);
}

test('the first start makes a demo admin with three files; Ctrl-C ends it; a second start finds all as it was', async () => {
  const first = await startServer(dataDir);
  expect(await names(first.url)).toEqual(['airports.csv', 'birdstrikes.csv', 'seattle-weather.csv']);
  const { access_token } = await jsonOf(login(first.url));
  const upload = await fetch(`${first.url}/api/v1/files?name=mine.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'text/csv' },
    body: 'a\n1\n',
  });
  expect(upload.status).toBe(200);
  expect(await first.stop('SIGINT')).toBe(0);

  const second = await startServer(dataDir);
  const me = await fetch(`${second.url}/api/v1/me`, { headers: { authorization: `Bearer ${access_token}` } });
  expect(await jsonOf(me)).toMatchObject({ email: demo.email, groups: ['admin'] });
  expect(await names(second.url)).toEqual(['airports.csv', 'birdstrikes.csv', 'mine.csv', 'seattle-weather.csv']);
  expect(await second.stop('SIGKILL')).toBe('SIGKILL');

  const third = await startServer(dataDir);
  expect(await names(third.url)).toContain('mine.csv');
  await third.stop();
});

test('outputs.json says where everything is, to its owner only', () => {
  const path = join(dataDir, 'outputs.json');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ Datadock: { UserPoolId: expect.any(String) } });
});

test('a taken port is one clear line, and nothing is touched', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const child = spawnServer({ PORT: String(port), DATA_DIR: join(dataDir, 'untouched') });
  let printed = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    printed += chunk;
  });
  const [code] = await once(child, 'close');
  taken.close();
  expect(code).toBe(1);
  expect(printed.trim().split('\n')).toHaveLength(1);
  expect(printed).toContain(`port ${port} is taken`);
  expect(() => statSync(join(dataDir, 'untouched'))).toThrow();
});

test('npm start runs the server in a process of its own, and ends with it', async () => {
  const child = spawn(process.execPath, [join('bin', 'launch.mjs')], {
    cwd: root,
    env: { ...process.env, PORT: '0', DATA_DIR: join(dataDir, 'launched') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += chunk;
    if (/Datadock runs on \S+/.test(printed)) break;
  }
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  const url = /Datadock runs on (\S+)/.exec(printed)?.[1] ?? '';
  await expect(fetch(url)).rejects.toThrow();
});
