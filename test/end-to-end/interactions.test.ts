import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clientOf, expectProblem } from './client';
import { datadock, jsonOf, root, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();
const { get, send, login, aUser } = clientOf(server);
const folder = mkdtempSync(join(tmpdir(), 'datadock-tables-'));
afterAll(() => rmSync(folder, { recursive: true }));

const outputs = () => ['--outputs', join(server.current.dataDir, 'outputs.json')];
const fileOf = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const header = 'Date;Channel;Customer ID\r\n';
const admin = async () => (await login('demo@example.com', 'Datadock-demo-1')).access_token;

test('the tables of the brief are there from the first start, for every user', async () => {
  const ann = await aUser('ann@example.com');
  expect(await (await get('/interactions/1', ann)).text()).toBe(
    '{"data":{"customer_id":1,"interactions":{"Email":1,"Call":0,"Bird":0}}}',
  );
  expect(await jsonOf(get('/statistics/interactions?group_by=customer_type', ann))).toEqual({
    data: [
      { customer_type: 'Red', count: 1 },
      { customer_type: 'Blue', count: 1 },
      { customer_type: 'unknown', count: 2 },
    ],
    total: 4,
  });
  expect((await jsonOf(get('/data-quality', ann))).data).toHaveLength(4);
  await expectProblem(await send('/imports/products', { method: 'POST', body: 'x' }, ann), 403, 'AdminOnly');
});

test('an administrator imports a form, and a bad line in it changes nothing', async () => {
  const token = await admin();
  const post = (text: string) => {
    const form = new FormData();
    form.set('file', new File([text], 'interactions.csv', { type: 'application/vnd.ms-excel' }));
    return send('/imports/interactions', { method: 'POST', body: form }, token);
  };
  const good = `\ufeff${header}04/10/2019 09:00;Email;1\r\n05/10/2019 09:00;letter;100\r\n`;
  const problem = await expectProblem(await post(`${good}31/02/2020;Email;1\r\n`), 400, 'ImportRejected');
  expect(problem.errors).toEqual([{ line: 4, detail: expect.stringContaining("'31/02/2020' is no date") }]);
  await expectProblem(await get('/interactions/100', token), 404, 'CustomerNotFound');
  expect(await jsonOf(post(good))).toMatchObject({ imported: 1, unchanged: 1, rejected: [] });
  expect((await jsonOf(get('/interactions/100', token))).data.interactions).toEqual({
    Email: 0,
    Call: 0,
    Bird: 0,
    letter: 1,
  });
  expect(await jsonOf(post(good))).toMatchObject({ imported: 0, unchanged: 2 });
});

test('the command line imports, names bad lines, and makes the clean data anew', async () => {
  const token = await admin();
  const file = fileOf('visits.csv', `${header}06/10/2019 09:00;Visit;200\r\n`);
  const run = (...args: string[]) => datadock('import', ...args, ...outputs());
  expect(await run('interactions', file)).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(/^\{"imported":1,"unchanged":0,"unknown_columns":\[\],"sha256":"[0-9a-f]{64}"\}\n$/),
    stderr: '',
  });
  expect(JSON.parse((await run('interactions', file)).stdout)).toMatchObject({ imported: 0, unchanged: 1 });

  const bad = fileOf('bad.csv', `${header}06/10/2019 09:00;Visit;0\r\n`);
  const { exitCode, stdout, stderr } = await run('interactions', bad);
  expect([exitCode, stdout]).toEqual([1, '']);
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([
    { code: 'BadLine', line: 2, details: expect.stringContaining("'0' is no customer id") },
    { code: 'ImportRejected', details: expect.stringContaining('Nothing was imported') },
  ]);

  const before = await jsonOf(get('/statistics/interactions?group_by=customer_type,channel,month', token));
  expect(JSON.parse((await run('--rebuild')).stdout)).toEqual({ rebuilt: expect.any(Number) });
  expect(await jsonOf(get('/statistics/interactions?group_by=customer_type,channel,month', token))).toEqual(before);
  expect((await jsonOf(get('/interactions/200', token))).data.interactions).toMatchObject({ Visit: 1 });
});

test('the seed fills a deployment, and finds all of it there when it runs again', async () => {
  const seed = promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/seed.ts', ...outputs()], { cwd: root });
  const lines = (await seed).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([
    { kind: 'customers', imported: 0, unchanged: 5 },
    { kind: 'interactions', imported: 0, unchanged: 4 },
    { kind: 'products', imported: 0, unchanged: 3 },
    { kind: 'events', key: 'events/2026-11-20.csv' },
  ]);
});
