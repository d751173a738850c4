import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdminDeleteUserCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { clientOf, expectProblem, password } from './client';
import { datadock, jsonOf, type RunningServer, root, startServer } from './server';
import { servicesOf } from './services';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'datadock-restore-'));
const dataDir = join(folder, 'data');
let server: RunningServer;
const { get, post, send, upload, uploadMap, login, aUser } = clientOf({
  get current() {
    return server;
  },
});
const start = async () => {
  server = await startServer(dataDir);
};
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** The commands of docs/backup-restore.md for a laptop: to copy, and to restore. */
const [copy = '', restore = ''] = [
  ...readFileSync(join(root, 'docs', 'backup-restore.md'), 'utf8')
    .replace(/^[\s\S]*## On a laptop/, '')
    .matchAll(/```sh\n([\s\S]*?)```/g),
].map(([, commands]) => commands);
const run = (commands: string) =>
  execFileSync('bash', ['-euc', commands], {
    env: { ...process.env, DATA_DIR: dataDir, BACKUP: join(folder, 'backup') },
  });

/** What two users see of all five systems; the addresses of links apart. */
async function everything(tokens: readonly string[]) {
  const seen = [];
  for (const token of tokens) {
    for (const path of ['/me', '/files', '/maps', '/sla-errors', '/interactions/4', '/data-quality']) {
      seen.push([path, await jsonOf(get(path, token))]);
    }
    const { data } = await jsonOf(get('/files', token));
    for (const { id } of data) seen.push([id, await (await get(`/files/${id}/content`, token)).text()]);
  }
  return seen;
}

test('a copy of the data folder brings everything back as it was, tokens too', async () => {
  await start();
  const tokens = [await aUser('ann@example.com'), await aUser('bob@example.com')];
  const [ann = '', bob = ''] = tokens;
  const { id } = await jsonOf(upload(ann, 'a.csv', Buffer.from('n\n1\n')));
  await upload(ann, 'ä b.csv', Buffer.from('n\n2\n'));
  await upload(bob, 'a.csv', Buffer.from('n\n3\n'));
  const { id: map } = await jsonOf(uploadMap(bob, 'a.txt', 'north is up'));
  const isProcessed = async () => (await jsonOf(get(`/maps/${map}/status`))).status === 'processed';
  while (!(await isProcessed())) await new Promise((resolve) => setTimeout(resolve, 50));
  const files = [{ filename: 'file1.txt', creationDate: '2024-06-12T12:00:00Z' }];
  await post('/sla-errors', { sla_error: [{ folder: 'A', sla: 20, files }] }, ann);
  const before = await everything(tokens);

  await server.stop();
  run(copy);
  await start();
  await send(`/files/${id}`, { method: 'DELETE' }, ann);
  await upload(bob, 'b.csv', Buffer.from('n\n4\n'));
  await post('/sla-errors', { sla_error: [{ folder: 'B', sla: 20, files }] }, ann);
  const { access_token: admin } = await login('demo@example.com', 'Datadock-demo-1');
  const customers = {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: 'Customer ID,Customer Type\n4,Green\n',
  };
  expect((await send('/imports/customers', customers, admin)).status).toBe(200);
  await post('/auth/logout', {}, bob);
  await expectProblem(await get('/files', bob), 401, 'Unauthenticated');

  await server.stop();
  run(restore);
  await start();
  expect(await everything(tokens)).toEqual(before);
  expect(await (await get(`/maps/${map}`)).text()).toBe('north is up');
});

test('a user of a new pool gets the home of the email once the claim of the lost user is taken away', async () => {
  const { outputs, dynamo } = servicesOf(dataDir);
  const { region, credentials } = dynamo.config;
  const { local } = JSON.parse(readFileSync(join(dataDir, 'outputs.json'), 'utf8'));
  const endpoint = local.environment.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER;
  const cognito = new CognitoIdentityProviderClient({ region, credentials, endpoint });
  const namesOf = async (token: string) =>
    (await jsonOf(get('/files', token))).data.map(({ name }: { readonly name: string }) => name);
  const lose = (Username: string) =>
    cognito.send(new AdminDeleteUserCommand({ UserPoolId: outputs['UserPoolId'], Username }));
  const signedInAnew = async (email: string) => {
    await datadock('users', 'set', email, password, '--outputs', join(dataDir, 'outputs.json'));
    return (await login(email)).access_token;
  };

  await lose('ann@example.com');
  expect(await namesOf(await signedInAnew('ann@example.com'))).toEqual([]);

  await lose('bob@example.com');
  await dynamo.send(
    new DeleteItemCommand({ TableName: outputs['AccountsTable'], Key: { sub: { S: 'home#bob%40example.com/' } } }),
  );
  expect(await namesOf(await signedInAnew('bob@example.com'))).toEqual(['a.csv']);
});
