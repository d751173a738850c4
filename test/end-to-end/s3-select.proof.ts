import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figure } from '../proof/figure';
import { clientOf, expectProblem } from './client';
import { jsonOf, type RunningServer, startServer } from './server';

// The whole product with QUERY_ENGINE=s3select: gateway, function, SDK, event stream, embedded S3. In `npm run proof`, since
// it synthesises a stack of its own.

jest.setTimeout(300_000);

const dataDir = mkdtempSync(join(tmpdir(), 'datadock-s3-select-'));
let server: RunningServer;
let token: string;
const { post, upload, aUser } = clientOf({
  get current() {
    return server;
  },
});
beforeAll(async () => {
  server = await startServer(dataDir, 'export QUERY_ENGINE=s3select');
  token = await aUser('ann@example.com');
});
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** What has been asserted so far. */
const seen = { results: 0, problems: 0, cut: 0 };
const asking = async (data: string, expression: string, more: object = {}) => {
  const { id } = await jsonOf(upload(token, `${Math.random()}.csv`, Buffer.from(data)));
  return post(`/files/${id}/query`, { expression, ...more }, token);
};

const towns = 'town,inhabitants\n"Bergen\nvest",291940\n#Oslo,717710\n';

test('rows come as the built-in engine gives them, with the defaults of the route', async () => {
  const rows = await asking(towns, 'SELECT * FROM S3Object s WHERE CAST(s.inhabitants AS INT) > 500000');
  expect([rows.status, await rows.text()]).toEqual([200, '#Oslo,717710\n']);
  const json = await asking(towns, 'SELECT town FROM S3Object', { output: { format: 'json' } });
  expect(await jsonOf(json)).toEqual([{ town: 'Bergen\nvest' }, { town: '#Oslo' }]);
  seen.results += 2;
});

test('mistakes are problems, and what S3 Select does not have is one', async () => {
  await expectProblem(await asking(towns, 'SELECT city FROM S3Object'), 400, 'MissingHeaders');
  const header = { output: { header: true } };
  await expectProblem(await asking(towns, 'SELECT * FROM S3Object', header), 400, 'InvalidRequestParameter');
  const missing = await post('/files/bm9uZS5jc3Y/query', { expression: 'SELECT * FROM S3Object' }, token);
  await expectProblem(missing, 404, 'FileNotFound');
  seen.problems += 3;
});

test('a fault in a late record cuts the answer', async () => {
  const lines = Array.from({ length: 60_000 }, (_, i) => (i === 59_999 ? 'oops,x' : `${i},some more text here`));
  const rows = await asking(`v,t\n${lines.join('\n')}\n`, 'SELECT CAST(s.v AS INT), s.t FROM S3Object s');
  expect(rows.status).toBe(200);
  await expect(rows.text()).rejects.toThrow();
  seen.cut += 1;
});

afterAll(() => {
  figure({
    proof: 'queries over HTTP',
    what: 'the whole product with QUERY_ENGINE=s3select, against the embedded S3',
    asked: 'what the built-in engine answers, problems for mistakes, a late fault cuts the answer',
    measured: `${seen.results} of 2 results equal, ${seen.problems} of 3 mistakes told as problems, ${seen.cut} of 1 answer cut`,
  });
});
