import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientOf, expectProblem, password } from './client';
import { datadock, jsonOf, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();
const { get, post, login, aUser } = clientOf(server);
const outputs = () => ['--outputs', join(server.current.dataDir, 'outputs.json')];
const setUser = (...args: string[]) => datadock('users', 'set', ...args, ...outputs());

test('a user whom the operator creates signs in at once, as an admin if they are made one', async () => {
  const { exitCode, stdout, stderr } = await setUser('Root@example.com', password, '1', '--group', 'admin');
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual({ id: expect.any(String), email: 'Root@example.com', created: true });
  const { access_token } = await login('root@example.com');
  expect(await jsonOf(get('/me', access_token))).toMatchObject({
    email: 'root@example.com',
    email_verified: true,
    groups: ['admin'],
  });

  expect(JSON.parse((await setUser('root@example.com', '--group', 'none')).stdout)).toMatchObject({ created: false });
  expect(await jsonOf(get('/me', access_token))).toMatchObject({ groups: [] });
});

test('a deactivated user is out at the next request, cannot sign in or refresh, and is back when activated', async () => {
  await aUser('ann@example.com');
  const { access_token, refresh_token } = await login('ann@example.com');
  expect((await setUser('ann@example.com', '--active', '0')).exitCode).toBe(0);
  await expectProblem(await get('/me', access_token), 401, 'AccountInactive');
  await expectProblem(await post('/auth/refresh', { refresh_token }), 401, 'InvalidRefreshToken');
  const refused = await post('/auth/login', { email: 'ann@example.com', password });
  const wrong = await jsonOf(post('/auth/login', { email: 'ann@example.com', password: 'Wrong-horse-1' }));
  expect(await expectProblem(refused, 401, 'InvalidCredentials')).toMatchObject({ detail: wrong.detail });

  expect((await setUser('ann@example.com', '--active', '1')).exitCode).toBe(0);
  await expectProblem(await get('/me', access_token), 401, 'Unauthenticated');
  expect((await get('/me', (await login('ann@example.com')).access_token)).status).toBe(200);
});

test('a user who is deactivated before the first sign-in never gets in', async () => {
  expect((await setUser('early@example.com', password, '0')).exitCode).toBe(0);
  await expectProblem(await post('/auth/login', { email: 'early@example.com', password }), 401, 'InvalidCredentials');
  await setUser('early@example.com', '--active', '1');
  expect((await get('/me', (await login('early@example.com')).access_token)).status).toBe(200);
});

test('a new password ends the sessions of the old one', async () => {
  const token = await aUser('changing@example.com');
  expect((await setUser('changing@example.com', 'Another-horse-2')).exitCode).toBe(0);
  await expectProblem(await get('/me', token), 401, 'Unauthenticated');
  expect((await login('changing@example.com')).code).toBe('InvalidCredentials');
  expect((await login('changing@example.com', 'Another-horse-2')).access_token).toBeTruthy();
});

test.each([
  [['nobody@example.com'], 1, 'UserNotFound', 'Give a password'],
  [['weak@example.com', 'short'], 1, 'PasswordNotAccepted', ''],
  [['not an email'], 2, 'Usage', 'not an email address'],
  [['a@example.com', password, '2'], 2, 'Usage', '1 for active'],
  [['a@example.com', '--active', 'yes'], 2, 'Usage', '1 for active'],
  [['a@example.com', '--group', 'kings'], 2, 'Usage', 'admin, none'],
  [['a@example.com', '--grup', 'admin'], 2, 'Usage', '--group'],
  [[], 2, 'Usage', 'email'],
])('users set %j ends with one line that helps', async (args, expected, code, words) => {
  const { exitCode, stdout, stderr } = await setUser(...args);
  expect([exitCode, stdout]).toEqual([expected, '']);
  expect(JSON.parse(stderr)).toMatchObject({ code, details: expect.stringContaining(words) });
});

test('a password is long, of whatever characters', async () => {
  expect((await setUser('words@example.com', 'a-long-password', '1')).exitCode).toBe(0);
  expect((await login('words@example.com', 'a-long-password')).access_token).toBeTruthy();
});

test('a weak password leaves no user behind', async () => {
  expect((await setUser('weak@example.com')).stderr).toContain('UserNotFound');
});

test('without a deployment the command says where to get one', async () => {
  const nowhere = join(server.current.dataDir, 'no-outputs.json');
  const missing = await datadock('users', 'set', 'a@example.com', '--outputs', nowhere);
  expect([missing.exitCode, JSON.parse(missing.stderr).code]).toEqual([1, 'OutputsUnreadable']);
  expect(missing.stderr).toContain('npm start');
  writeFileSync(nowhere, '{"Other":{"Url":"x"}}');
  expect((await datadock('users', 'set', 'a@example.com', '--outputs', nowhere)).stderr).toContain('UserPoolId');
  const local = {
    environment: {
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    },
  };
  writeFileSync(nowhere, JSON.stringify({ local, Datadock: { UserPoolId: 'us-east-1_A', AccountsTable: 'a' } }));
  const stopped = await datadock('users', 'set', 'a@example.com', '--outputs', nowhere);
  expect([stopped.exitCode, JSON.parse(stopped.stderr)]).toEqual([
    1,
    { code: 'NotReachable', details: expect.stringContaining('Nothing answers at 127.0.0.1:9 (ECONNREFUSED).') },
  ]);
});

test('help fits a screen and shows an example', async () => {
  const { exitCode, stdout, stderr } = await datadock('users', 'set', '--help');
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toContain('datadock users set ann@example.com');
  expect(stdout.split('\n').length).toBeLessThanOrEqual(25);
});
