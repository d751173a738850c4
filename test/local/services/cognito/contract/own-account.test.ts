import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminResetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  ChangePasswordCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { anEmail, aPassword, createConfirmedUser, refresh, signIn } from '../fixture';
import { ClientId, UserPoolId, usePool } from './pool';

const pool = usePool();

async function aUser(): Promise<{ readonly email: string; readonly sub: string }> {
  const email = anEmail();
  return { email, sub: await createConfirmedUser(pool.sdk, UserPoolId, email) };
}

async function tokensOf(email: string) {
  const { AuthenticationResult: tokens } = await signIn(pool.sdk, ClientId, email);
  return { access: tokens?.AccessToken ?? '', id: tokens?.IdToken ?? '', refresh: tokens?.RefreshToken ?? '' };
}

const getUser = (AccessToken: string) => pool.sdk.send(new GetUserCommand({ AccessToken }));
const change = (AccessToken: string, PreviousPassword: string, ProposedPassword: string) =>
  pool.sdk.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword }));
const revoked = { name: 'NotAuthorizedException', message: 'Access Token has been revoked' };

describe('GetUser', () => {
  test('says who has the access token', async () => {
    const { email, sub } = await aUser();
    const user = await getUser((await tokensOf(email)).access);
    expect(user.Username).toBe(sub);
    expect(Object.fromEntries((user.UserAttributes ?? []).map(({ Name, Value }) => [Name, Value]))).toEqual({
      sub,
      email,
      email_verified: 'true',
    });
  });

  test('takes no ID token, no refresh token and no forged one', async () => {
    const { email } = await aUser();
    const { access, id, refresh } = await tokensOf(email);
    const [header, payload = '', signature] = access.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: (await aUser()).sub })).toString('base64url');
    const invalid = { name: 'NotAuthorizedException', message: 'Invalid Access Token' };
    for (const token of [id, refresh, `${header}.${forged}.${signature}`, `${header}.${payload}.`, 'nonsense']) {
      await expect(getUser(token)).rejects.toMatchObject(invalid);
    }
  });

  test('refuses a user who was disabled, deleted or must choose another password', async () => {
    const [disabled, deleted, reset] = [(await aUser()).email, (await aUser()).email, (await aUser()).email];
    const tokens = [await tokensOf(disabled), await tokensOf(deleted), await tokensOf(reset)];
    await pool.sdk.send(new AdminDisableUserCommand({ UserPoolId, Username: disabled }));
    await pool.sdk.send(new AdminDeleteUserCommand({ UserPoolId, Username: deleted }));
    await pool.sdk.send(new AdminResetUserPasswordCommand({ UserPoolId, Username: reset }));
    const outcomes = await Promise.all(tokens.map(({ access }) => getUser(access).catch((error: Error) => error.name)));
    expect(outcomes).toEqual(['NotAuthorizedException', 'UserNotFoundException', 'PasswordResetRequiredException']);
  });
});

describe.each([
  ['GlobalSignOut', (access: string) => pool.sdk.send(new GlobalSignOutCommand({ AccessToken: access }))],
  [
    'AdminUserGlobalSignOut',
    (_access: string, Username: string) => pool.sdk.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username })),
  ],
] as const)('%s', (_name, signOut) => {
  test('ends the tokens of all sign-ins before, and none of those after, in the same second too', async () => {
    const { email } = await aUser();
    const [one, other] = [await tokensOf(email), await tokensOf(email)];
    const refreshed = (await refresh(pool.sdk, ClientId, one.refresh)).AuthenticationResult?.AccessToken ?? '';
    await signOut(other.access, email);
    const later = await tokensOf(email);
    for (const access of [one.access, other.access, refreshed]) {
      await expect(getUser(access)).rejects.toMatchObject(revoked);
    }
    for (const token of [one.refresh, other.refresh]) {
      await expect(refresh(pool.sdk, ClientId, token)).rejects.toMatchObject({
        name: 'NotAuthorizedException',
        message: 'Refresh Token has been revoked',
      });
    }
    expect((await getUser(later.access)).Username).toBeDefined();
    expect((await refresh(pool.sdk, ClientId, later.refresh)).AuthenticationResult).toBeDefined();
  });
});

test('GlobalSignOut cannot be said twice with the same token', async () => {
  const { access } = await tokensOf((await aUser()).email);
  await pool.sdk.send(new GlobalSignOutCommand({ AccessToken: access }));
  await expect(pool.sdk.send(new GlobalSignOutCommand({ AccessToken: access }))).rejects.toMatchObject(revoked);
});

test('RevokeToken ends all access tokens of the one sign-in', async () => {
  const { email } = await aUser();
  const [one, other] = [await tokensOf(email), await tokensOf(email)];
  const refreshed = (await refresh(pool.sdk, ClientId, one.refresh)).AuthenticationResult?.AccessToken ?? '';
  await pool.sdk.send(new RevokeTokenCommand({ ClientId, Token: one.refresh }));
  await expect(getUser(one.access)).rejects.toMatchObject(revoked);
  await expect(getUser(refreshed)).rejects.toMatchObject(revoked);
  expect((await getUser(other.access)).Username).toBeDefined();
});

describe('ChangePassword', () => {
  const fresh = 'another Password 1';

  test('changes the password, and leaves the tokens good', async () => {
    const { email } = await aUser();
    const { access, refresh: token } = await tokensOf(email);
    await change(access, aPassword, fresh);
    await expect(signIn(pool.sdk, ClientId, email)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    expect((await signIn(pool.sdk, ClientId, email, fresh)).AuthenticationResult).toBeDefined();
    expect((await getUser(access)).Username).toBeDefined();
    expect((await refresh(pool.sdk, ClientId, token)).AuthenticationResult).toBeDefined();
  });

  test('needs the password of before, and another within the policy', async () => {
    const { email } = await aUser();
    const { access } = await tokensOf(email);
    await expect(change(access, 'wrong Password 1', fresh)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
    await expect(change(access, aPassword, 'weak password')).rejects.toMatchObject({
      name: 'InvalidPasswordException',
    });
    expect((await signIn(pool.sdk, ClientId, email)).AuthenticationResult).toBeDefined();
  });
});
