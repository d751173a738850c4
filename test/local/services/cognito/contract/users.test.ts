import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { anEmail, aPassword, createConfirmedUser, refresh, signIn } from '../fixture';
import { ClientId, UserPoolId, usePool } from './pool';

const pool = usePool();

describe('a disabled user', () => {
  const disabled = { name: 'NotAuthorizedException', message: 'User is disabled.' };
  const email = anEmail();
  let refreshToken: string | undefined;

  beforeAll(async () => {
    await createConfirmedUser(pool.sdk, UserPoolId, email);
    refreshToken = (await signIn(pool.sdk, ClientId, email)).AuthenticationResult?.RefreshToken;
    await pool.sdk.send(new AdminDisableUserCommand({ UserPoolId, Username: email }));
  });

  test('is told so after the right password only', async () => {
    await expect(signIn(pool.sdk, ClientId, email)).rejects.toMatchObject(disabled);
    await expect(signIn(pool.sdk, ClientId, email, 'wrong')).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });

  test('cannot refresh', async () => {
    await expect(refresh(pool.sdk, ClientId, refreshToken)).rejects.toMatchObject(disabled);
  });

  test('is answered about a forgotten password as somebody without an account', async () => {
    const forgotten = new ForgotPasswordCommand({ ClientId, Username: email });
    expect((await pool.sdk.send(forgotten)).CodeDeliveryDetails).toMatchObject({ Destination: 'u***@e***' });
    const confirmed = new ConfirmForgotPasswordCommand({
      ClientId,
      Username: email,
      ConfirmationCode: '123456',
      Password: aPassword,
    });
    await expect(pool.sdk.send(confirmed)).rejects.toMatchObject({ name: 'CodeMismatchException' });
  });

  test('is seen as disabled, and signs in again once enabled', async () => {
    const enabled = async () => (await pool.sdk.send(new AdminGetUserCommand({ UserPoolId, Username: email }))).Enabled;
    expect(await enabled()).toBe(false);
    await pool.sdk.send(new AdminEnableUserCommand({ UserPoolId, Username: email }));
    expect(await enabled()).toBe(true);
    expect((await signIn(pool.sdk, ClientId, email)).AuthenticationResult).toBeDefined();
  });

  test('must exist', async () => {
    for (const Command of [AdminDisableUserCommand, AdminEnableUserCommand]) {
      const command = new Command({ UserPoolId, Username: anEmail() });
      await expect(pool.sdk.send(command)).rejects.toMatchObject({ name: 'UserNotFoundException' });
    }
  });
});

describe('an administrator', () => {
  test('creates a user who must change the password', async () => {
    const email = anEmail();
    const { User } = await pool.sdk.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: email,
        MessageAction: 'SUPPRESS',
        TemporaryPassword: aPassword,
      }),
    );
    expect(User).toMatchObject({ UserStatus: 'FORCE_CHANGE_PASSWORD', Enabled: true });
    expect(User?.UserCreateDate).toBeInstanceOf(Date);
    expect(await signIn(pool.sdk, ClientId, email)).toMatchObject({ ChallengeName: 'NEW_PASSWORD_REQUIRED' });
  });

  test('cannot create a user twice', async () => {
    const email = anEmail();
    await createConfirmedUser(pool.sdk, UserPoolId, email);
    await expect(createConfirmedUser(pool.sdk, UserPoolId, email)).rejects.toMatchObject({
      name: 'UsernameExistsException',
    });
  });

  test('sets a password within the policy only, and makes the user confirmed', async () => {
    const email = anEmail();
    await createConfirmedUser(pool.sdk, UserPoolId, email);
    const set = (Password: string) =>
      pool.sdk.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: email, Password, Permanent: true }));
    await expect(set('weak password')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
    await set('another Password 1');
    expect((await signIn(pool.sdk, ClientId, email, 'another Password 1')).AuthenticationResult).toBeDefined();
    await expect(signIn(pool.sdk, ClientId, email)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  test('reads a user by email or sub', async () => {
    const email = anEmail();
    const sub = await createConfirmedUser(pool.sdk, UserPoolId, email);
    for (const Username of [email.toUpperCase(), sub]) {
      const user = await pool.sdk.send(new AdminGetUserCommand({ UserPoolId, Username }));
      expect(user).toMatchObject({ Username: sub, UserStatus: 'CONFIRMED' });
      expect(Object.fromEntries((user.UserAttributes ?? []).map(({ Name, Value }) => [Name, Value]))).toEqual({
        sub,
        email,
        email_verified: 'true',
      });
    }
  });

  test('deletes a user, whose email is free again', async () => {
    const email = anEmail();
    const sub = await createConfirmedUser(pool.sdk, UserPoolId, email);
    await pool.sdk.send(new AdminDeleteUserCommand({ UserPoolId, Username: email }));
    await expect(pool.sdk.send(new AdminGetUserCommand({ UserPoolId, Username: sub }))).rejects.toMatchObject({
      name: 'UserNotFoundException',
      message: 'User does not exist.',
    });
    expect(await createConfirmedUser(pool.sdk, UserPoolId, email)).not.toBe(sub);
  });

  test('must name a pool that exists', async () => {
    const command = new AdminGetUserCommand({ UserPoolId: 'us-east-1_Nobody000', Username: anEmail() });
    await expect(pool.sdk.send(command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
