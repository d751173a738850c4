import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AdminAddUserToGroupCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  CreateGroupCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { startCognito } from '../../../../local/services/cognito/cognito';
import {
  anEmail,
  aPassword,
  aPool,
  credentials,
  jwksOf,
  refresh,
  region,
  sdkClient,
  startTestCognito,
  type TestCognito,
} from './fixture';

const pool = aPool();
const UserPoolId = pool.id;

let cognito: TestCognito;

beforeEach(async () => {
  cognito = await startTestCognito(pool);
});

afterEach(() => cognito.close());

describe('on disk', () => {
  test('everything is found again after a restart', async () => {
    const email = anEmail();
    const sub = await cognito.createUser(email);
    await cognito.sdk.send(new CreateGroupCommand({ UserPoolId, GroupName: 'admin' }));
    await cognito.sdk.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: email, GroupName: 'admin' }));
    await cognito.signUp('new@example.com');
    const { AuthenticationResult: tokens } = await cognito.signIn(email);
    const jwks = await jwksOf(cognito.url, UserPoolId);

    await cognito.restart();
    expect(await jwksOf(cognito.url, UserPoolId)).toEqual(jwks);
    expect((await refresh(cognito.sdk, 'client1', tokens?.RefreshToken)).AuthenticationResult).toBeDefined();
    await expect(cognito.sdk.send(new CreateGroupCommand({ UserPoolId, GroupName: 'admin' }))).rejects.toMatchObject({
      name: 'GroupExistsException',
    });
    expect((await cognito.sdk.send(new AdminGetUserCommand({ UserPoolId, Username: email }))).Username).toBe(sub);
    await cognito.confirm('new@example.com', cognito.codeOf('new@example.com'));
    expect((await cognito.signIn('new@example.com')).AuthenticationResult).toBeDefined();
  });

  test('a lockout is, and so are the tries at codes and at mail, of somebody and of nobody', async () => {
    const [email, nobody] = [anEmail(), anEmail()];
    await cognito.createUser(email);
    const forget = (Username: string) =>
      cognito.sdk
        .send(new ForgotPasswordCommand({ ClientId: 'client1', Username }))
        .catch((error: Error) => error.name);
    const confirm = (Username: string) => cognito.confirm(Username, '123456').catch((error: Error) => error.name);
    for (let tries = 0; tries < 5; tries++) await cognito.signIn(email, 'wrong Password 1').catch(() => undefined);
    await Promise.all(Array.from({ length: 15 }, () => confirm(nobody)));
    for (const name of [email, nobody]) await Promise.all(Array.from({ length: 20 }, () => forget(name)));

    await cognito.restart();
    await expect(cognito.signIn(email)).rejects.toMatchObject({ message: 'Password attempts exceeded' });
    expect(await confirm(nobody)).toBe('LimitExceededException');
    expect([await forget(email), await forget(nobody)]).toEqual(Array(2).fill('LimitExceededException'));
    cognito.clock.nowMs += 1000;
    await cognito.signIn(email);
    await cognito.restart();
    await expect(cognito.signIn(email, 'wrong Password 1')).rejects.toMatchObject({
      message: 'Incorrect username or password.',
    });
    await cognito.signIn(email); // As the first wrong password, not the sixth.
  });

  test('what was typed as a name is not, in plain', async () => {
    await cognito.signIn('my-secret', aPassword).catch(() => undefined);
    const file = await readFile(join(cognito.dir, UserPoolId, 'attempts.json'), 'utf8');
    expect(JSON.parse(file).signIns).toHaveLength(1);
    expect(file).not.toContain('my-secret');
  });

  test('each acknowledged change is there at once, so that a crash loses none', async () => {
    await cognito.signUp('bob@example.com');
    const { url, close } = await startCognito({
      credentials,
      dir: cognito.dir,
      region,
      pools: [pool],
      deliver: () => {},
    });
    const survivor = sdkClient(url);
    expect(await survivor.send(new AdminGetUserCommand({ UserPoolId, Username: 'bob@example.com' }))).toMatchObject({
      UserStatus: 'UNCONFIRMED',
    });
    survivor.destroy();
    await close();
  });

  test('a deleted user is gone, and so is what a crash left half written', async () => {
    const users = join(cognito.dir, UserPoolId, 'users');
    await cognito.createUser('bob@example.com');
    await cognito.sdk.send(new AdminDeleteUserCommand({ UserPoolId, Username: 'bob@example.com' }));
    expect(await readdir(users)).toEqual([]);
    await writeFile(join(users, 'a.json.b.tmp'), '{"half');
    await cognito.restart();
    expect(await readdir(users)).toEqual([]);
  });

  test('no password is in plain, and nobody else may read', async () => {
    await cognito.signUp('bob@example.com');
    const files = (await readdir(cognito.dir, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    expect(files).toHaveLength(2);
    for (const { parentPath, name } of files) {
      const file = join(parentPath, name);
      expect(await readFile(file, 'utf8')).not.toContain(aPassword);
      if (process.platform !== 'win32') expect((await stat(file)).mode & 0o077).toBe(0);
    }
  });
});
