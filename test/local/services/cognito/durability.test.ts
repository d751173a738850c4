import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AdminAddUserToGroupCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  CreateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { startCognito } from '../../../../local/services/cognito/cognito';
import {
  anEmail,
  aPassword,
  aPool,
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

  test('each acknowledged change is there at once, so that a crash loses none', async () => {
    await cognito.signUp('bob@example.com');
    const { url, close } = await startCognito({ dir: cognito.dir, region, pools: [pool], deliver: () => {} });
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
