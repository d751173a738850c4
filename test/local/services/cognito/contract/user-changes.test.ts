import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  ForgotPasswordCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { anEmail, aPassword, createConfirmedUser, refresh, signIn } from '../fixture';
import { ClientId, UserPoolId, usePool } from './pool';

const pool = usePool();

async function aUser(): Promise<string> {
  const email = anEmail();
  await createConfirmedUser(pool.sdk, UserPoolId, email);
  return email;
}

async function anUnconfirmedUser(): Promise<string> {
  const email = anEmail();
  const UserAttributes = [{ Name: 'email', Value: email }];
  await pool.sdk.send(new SignUpCommand({ ClientId, Username: email, Password: aPassword, UserAttributes }));
  return email;
}

async function attributeOf(email: string, name: string): Promise<string | undefined> {
  const { UserAttributes } = await pool.sdk.send(new AdminGetUserCommand({ UserPoolId, Username: email }));
  return UserAttributes?.find(({ Name }) => Name === name)?.Value;
}

const nobody = { name: 'UserNotFoundException', message: 'User does not exist.' };
const invalid = { name: 'InvalidParameterException' };

describe('AdminUpdateUserAttributes', () => {
  const update = (Username: string, attributes: Record<string, string>) =>
    pool.sdk.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId,
        Username,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      }),
    );

  test('says whether the email is verified', async () => {
    const email = await aUser();
    await update(email, { email_verified: 'false' });
    expect(await attributeOf(email, 'email_verified')).toBe('false');
    await update(email, { email_verified: 'true' });
    expect(await attributeOf(email, 'email_verified')).toBe('true');
  });

  test('never changes the email, not even to itself, and then nothing else either', async () => {
    const email = await aUser();
    const immutable = { ...invalid, message: expect.stringMatching(/email: Attribute cannot be updated/) };
    for (const other of [anEmail(), email]) {
      await expect(update(email, { email_verified: 'false', email: other })).rejects.toMatchObject(immutable);
    }
    expect(await attributeOf(email, 'email')).toBe(email);
    expect(await attributeOf(email, 'email_verified')).toBe('true');
  });

  test('refuses the sub, an attribute of no pool, and a user that does not exist', async () => {
    const email = await aUser();
    await expect(update(email, { sub: 'another' })).rejects.toMatchObject(invalid);
    await expect(update(email, { 'custom:none': 'a' })).rejects.toMatchObject(invalid);
    await expect(update(anEmail(), { email_verified: 'true' })).rejects.toMatchObject(nobody);
  });
});

describe('AdminConfirmSignUp', () => {
  const confirm = (Username: string) => pool.sdk.send(new AdminConfirmSignUpCommand({ UserPoolId, Username }));

  test('lets the user sign in, and leaves the email as unverified as it was', async () => {
    const email = await anUnconfirmedUser();
    await confirm(email);
    expect(await attributeOf(email, 'email_verified')).toBe('false');
    expect((await signIn(pool.sdk, ClientId, email)).AuthenticationResult).toBeDefined();
  });

  test('confirms once, and only a user that exists', async () => {
    await expect(confirm(await aUser())).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'User cannot be confirmed. Current status is CONFIRMED',
    });
    await expect(confirm(anEmail())).rejects.toMatchObject(nobody);
  });
});

describe('AdminResetUserPassword', () => {
  const reset = (Username: string) => pool.sdk.send(new AdminResetUserPasswordCommand({ UserPoolId, Username }));
  const required = { name: 'PasswordResetRequiredException' };

  test('makes the password worthless, and refresh tokens wait, until another is set', async () => {
    const email = await aUser();
    const { AuthenticationResult: tokens } = await signIn(pool.sdk, ClientId, email);
    await reset(email);
    const { UserStatus } = await pool.sdk.send(new AdminGetUserCommand({ UserPoolId, Username: email }));
    expect(UserStatus).toBe('RESET_REQUIRED');
    await expect(signIn(pool.sdk, ClientId, email)).rejects.toMatchObject(required);
    await expect(refresh(pool.sdk, ClientId, tokens?.RefreshToken)).rejects.toMatchObject(required);
    const Password = 'another Password 1';
    await pool.sdk.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: email, Password, Permanent: true }));
    expect((await signIn(pool.sdk, ClientId, email, Password)).AuthenticationResult).toBeDefined();
  });

  test('needs a verified email to mail the code to, and a user that exists', async () => {
    const email = await anUnconfirmedUser();
    await expect(reset(email)).rejects.toMatchObject(invalid);
    await expect(reset(anEmail())).rejects.toMatchObject(nobody);
  });

  test('and ForgotPassword are not for who has a temporary password', async () => {
    const email = anEmail();
    const verified = [
      { Name: 'email', Value: email },
      { Name: 'email_verified', Value: 'true' },
    ];
    await pool.sdk.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: email,
        UserAttributes: verified,
        TemporaryPassword: aPassword,
        MessageAction: 'SUPPRESS',
      }),
    );
    const refused = {
      name: 'NotAuthorizedException',
      message: 'User password cannot be reset in the current state.',
    };
    await expect(reset(email)).rejects.toMatchObject(refused);
    const forgotten = new ForgotPasswordCommand({ ClientId, Username: email });
    await expect(pool.sdk.send(forgotten)).rejects.toMatchObject(refused);
  });
});
