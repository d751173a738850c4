import { randomUUID } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  CreateGroupCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  RevokeTokenCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import type { Jwks } from 'aws-jwt-verify/jwk';
import { anEmail, aPassword, aPool, createConfirmedUser, sdkClient, signIn, startTestCognito } from './fixture';

// Runs against another Cognito when COGNITO_ENDPOINT, COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID name one: a pool with
// email sign-in, the password policy of `aPool`, and a client without secret that prevents user existence errors.
const remote = process.env['COGNITO_ENDPOINT'];
const pool = remote ? aPool({ id: process.env['COGNITO_USER_POOL_ID'] ?? '' }) : aPool();
const UserPoolId = pool.id;
const ClientId = remote ? (process.env['COGNITO_CLIENT_ID'] ?? '') : 'client1';
const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let sdk: CognitoIdentityProviderClient;
let endpoint: string;
let close: () => Promise<void>;

beforeAll(async () => {
  if (remote) {
    endpoint = remote;
    sdk = sdkClient(remote);
    close = async () => sdk.destroy();
  } else {
    const cognito = await startTestCognito(pool);
    cognito.clock.nowMs = Date.now();
    ({ url: endpoint, sdk, close } = cognito);
  }
});

afterAll(() => close());

describe('SignUp', () => {
  const signUp = (Username: string, Password = aPassword) =>
    sdk.send(new SignUpCommand({ ClientId, Username, Password, UserAttributes: [{ Name: 'email', Value: Username }] }));

  test('makes an unconfirmed user whose username is a UUID, and says where the code went', async () => {
    const email = `jie-${randomUUID()}@example.com`;
    const answer = await signUp(email);
    expect(answer).toMatchObject({
      UserConfirmed: false,
      UserSub: expect.stringMatching(uuid),
      CodeDeliveryDetails: { Destination: 'j***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
    });
    const user = await sdk.send(new AdminGetUserCommand({ UserPoolId, Username: email }));
    expect(user).toMatchObject({ Username: answer.UserSub, UserStatus: 'UNCONFIRMED', Enabled: true });
  });

  test.each([
    ['Short 1a', 'Password did not conform with policy: Password not long enough'],
    ['NO LOWERCASE 1', 'Password did not conform with policy: Password must have lowercase characters'],
    ['no uppercase 1', 'Password did not conform with policy: Password must have uppercase characters'],
    ['No digits at all', 'Password did not conform with policy: Password must have numeric characters'],
    ['NoSymbolsAtAll1', 'Password did not conform with policy: Password must have symbol characters'],
  ])('refuses the password %j', async (password, message) => {
    await expect(signUp(anEmail(), password)).rejects.toMatchObject({ name: 'InvalidPasswordException', message });
  });

  test('judges the password before it says that the email is taken', async () => {
    const email = anEmail();
    await signUp(email);
    await expect(signUp(email, 'weak password')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
  });

  test('refuses a password that begins with a blank', async () => {
    await expect(signUp(anEmail(), ` ${aPassword}`)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('refuses an email that has an account, written in any case', async () => {
    const email = anEmail();
    await signUp(email);
    await expect(signUp(email.toUpperCase())).rejects.toMatchObject({ name: 'UsernameExistsException' });
  });

  test.each(['bob', 'bob@', '@example.com', 'bob smith@example.com', 'bob@exam_ple.com'])(
    'refuses %j, which is no email',
    async (name) => {
      await expect(signUp(name)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    },
  );

  test('takes emails that merely look alike for different users', async () => {
    const name = `look.alike-${randomUUID()}`;
    const emails = [`${name}@x.co`, `${name}@x.com`, `${name}+1@x.com`, `${name.replace('.', '')}@x.com`];
    const subs = await Promise.all(emails.map(async (email) => (await signUp(email)).UserSub));
    expect(new Set(subs).size).toBe(emails.length);
  });

  test('makes one user of 20 sign-ups in parallel', async () => {
    const email = anEmail();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => signUp(email)));
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.name] : []));
    expect(refusals).toEqual(Array(19).fill('UsernameExistsException'));
  });

  test('refuses a client that does not exist', async () => {
    const command = new SignUpCommand({ ClientId: 'nobody', Username: anEmail(), Password: aPassword });
    await expect(sdk.send(command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('an email without an account', () => {
  test('is answered as a wrong code by ConfirmSignUp', async () => {
    const command = new ConfirmSignUpCommand({ ClientId, Username: anEmail(), ConfirmationCode: '123456' });
    await expect(sdk.send(command)).rejects.toMatchObject({ name: 'CodeMismatchException' });
  });

  test('is answered as if it were mailed by ResendConfirmationCode', async () => {
    const command = new ResendConfirmationCodeCommand({ ClientId, Username: anEmail() });
    expect(await sdk.send(command)).toMatchObject({
      CodeDeliveryDetails: { DeliveryMedium: 'EMAIL', Destination: 'u***@e***' },
    });
  });

  test('is answered as a wrong password by InitiateAuth', async () => {
    await expect(signIn(sdk, ClientId, anEmail())).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });
});

describe('a confirmed user', () => {
  const email = anEmail();
  let sub: string;

  beforeAll(async () => {
    sub = await createConfirmedUser(sdk, UserPoolId, email);
  });

  test('cannot be confirmed again', async () => {
    const command = new ConfirmSignUpCommand({ ClientId, Username: email, ConfirmationCode: '123456' });
    await expect(sdk.send(command)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'User cannot be confirmed. Current status is CONFIRMED',
    });
  });

  test('is not sent another code', async () => {
    const command = new ResendConfirmationCodeCommand({ ClientId, Username: email });
    await expect(sdk.send(command)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('signs in with the email in any case, and with the sub', async () => {
    expect((await signIn(sdk, ClientId, email.toUpperCase())).AuthenticationResult).toBeDefined();
    expect((await signIn(sdk, ClientId, sub)).AuthenticationResult).toBeDefined();
  });

  test('gets tokens that aws-jwt-verify takes, with the claims of Cognito', async () => {
    const { AuthenticationResult: tokens } = await signIn(sdk, ClientId, email);
    expect(tokens).toMatchObject({ ExpiresIn: 3600, TokenType: 'Bearer', RefreshToken: expect.any(String) });

    const access = await verified('access', tokens?.AccessToken);
    expect(access).toEqual({
      sub,
      iss: issuer,
      client_id: ClientId,
      origin_jti: expect.stringMatching(uuid),
      event_id: expect.stringMatching(uuid),
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      auth_time: access.iat,
      iat: expect.any(Number),
      exp: access.iat + 3600,
      jti: expect.stringMatching(uuid),
      username: sub,
    });
    const id = await verified('id', tokens?.IdToken);
    expect(id).toEqual({
      sub,
      email,
      email_verified: true,
      iss: issuer,
      aud: ClientId,
      'cognito:username': sub,
      origin_jti: access['origin_jti'],
      event_id: access['event_id'],
      token_use: 'id',
      auth_time: access['auth_time'],
      iat: access.iat,
      exp: expect.any(Number),
      jti: expect.stringMatching(uuid),
    });
    expect(id.jti).not.toBe(access.jti);
  });

  test('is named with their groups in both tokens', async () => {
    const member = anEmail();
    const GroupName = `group-${randomUUID()}`;
    await createConfirmedUser(sdk, UserPoolId, member);
    await sdk.send(new CreateGroupCommand({ UserPoolId, GroupName, Description: 'a group' }));
    await sdk.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: member, GroupName }));
    await sdk.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: member, GroupName }));
    const { AuthenticationResult: tokens } = await signIn(sdk, ClientId, member);
    expect(await verified('access', tokens?.AccessToken)).toHaveProperty(['cognito:groups'], [GroupName]);
    expect(await verified('id', tokens?.IdToken)).toHaveProperty(['cognito:groups'], [GroupName]);
  });
});

const refresh = (RefreshToken = '') =>
  sdk.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: RefreshToken },
    }),
  );

describe('a refresh token', () => {
  test('gives tokens of the same sign-in, and no other refresh token', async () => {
    const email = anEmail();
    await createConfirmedUser(sdk, UserPoolId, email);
    const { AuthenticationResult: first } = await signIn(sdk, ClientId, email);
    const { AuthenticationResult: second } = await refresh(first?.RefreshToken);
    const before = await verified('access', first?.AccessToken);
    const after = await verified('access', second?.AccessToken);
    expect(second?.RefreshToken).toBeUndefined();
    expect(after['origin_jti']).toBe(before['origin_jti']);
    expect(after['auth_time']).toBe(before['auth_time']);
    expect(after.jti).not.toBe(before.jti);
  });

  test('is void after a global sign-out, one of a later sign-in is not', async () => {
    const email = anEmail();
    await createConfirmedUser(sdk, UserPoolId, email);
    const earlier = await signIn(sdk, ClientId, email);
    await sdk.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: email }));
    const later = await signIn(sdk, ClientId, email);
    await expect(refresh(earlier.AuthenticationResult?.RefreshToken)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Refresh Token has been revoked',
    });
    expect((await refresh(later.AuthenticationResult?.RefreshToken)).AuthenticationResult).toBeDefined();
  });

  test('is refused when it is forged', async () => {
    const email = anEmail();
    await createConfirmedUser(sdk, UserPoolId, email);
    const { AuthenticationResult: tokens } = await signIn(sdk, ClientId, email);
    const parts = tokens?.RefreshToken?.split('.') ?? [];
    const forged = parts
      .with(
        3,
        (parts[3] ?? '').replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      )
      .join('.');
    for (const token of [forged, 'nonsense', `${parts.slice(0, 4).join('.')}.`]) {
      await expect(refresh(token)).rejects.toMatchObject({
        name: 'NotAuthorizedException',
        message: 'Invalid Refresh Token',
      });
    }
  });
});

describe('RevokeToken', () => {
  const revoke = (Token = '') => sdk.send(new RevokeTokenCommand({ ClientId, Token }));

  test('ends one refresh token, however often it is said, and leaves those of other sign-ins', async () => {
    const email = anEmail();
    await createConfirmedUser(sdk, UserPoolId, email);
    const [one, other] = [await signIn(sdk, ClientId, email), await signIn(sdk, ClientId, email)];
    await revoke(one.AuthenticationResult?.RefreshToken);
    await revoke(one.AuthenticationResult?.RefreshToken);
    await expect(refresh(one.AuthenticationResult?.RefreshToken)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Refresh Token has been revoked',
    });
    expect((await refresh(other.AuthenticationResult?.RefreshToken)).AuthenticationResult).toBeDefined();
  });

  test('takes a token that nobody knows for revoked', async () => {
    expect((await revoke('nonsense')).$metadata.httpStatusCode).toBe(200);
  });

  test('refuses an access token', async () => {
    const email = anEmail();
    await createConfirmedUser(sdk, UserPoolId, email);
    const { AuthenticationResult: tokens } = await signIn(sdk, ClientId, email);
    await expect(revoke(tokens?.AccessToken)).rejects.toMatchObject({ name: 'UnsupportedTokenTypeException' });
  });
});

describe('a disabled user', () => {
  const disabled = { name: 'NotAuthorizedException', message: 'User is disabled.' };
  const email = anEmail();
  let refreshToken: string | undefined;

  beforeAll(async () => {
    await createConfirmedUser(sdk, UserPoolId, email);
    refreshToken = (await signIn(sdk, ClientId, email)).AuthenticationResult?.RefreshToken;
    await sdk.send(new AdminDisableUserCommand({ UserPoolId, Username: email }));
  });

  test('is told so after the right password only', async () => {
    await expect(signIn(sdk, ClientId, email)).rejects.toMatchObject(disabled);
    await expect(signIn(sdk, ClientId, email, 'wrong')).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });

  test('cannot refresh, nor ask for a new password', async () => {
    await expect(refresh(refreshToken)).rejects.toMatchObject(disabled);
    const forgotten = new ForgotPasswordCommand({ ClientId, Username: email });
    await expect(sdk.send(forgotten)).rejects.toMatchObject(disabled);
  });

  test('is seen as disabled, and signs in again once enabled', async () => {
    const enabled = async () => (await sdk.send(new AdminGetUserCommand({ UserPoolId, Username: email }))).Enabled;
    expect(await enabled()).toBe(false);
    await sdk.send(new AdminEnableUserCommand({ UserPoolId, Username: email }));
    expect(await enabled()).toBe(true);
    expect((await signIn(sdk, ClientId, email)).AuthenticationResult).toBeDefined();
  });

  test('must exist', async () => {
    for (const Command of [AdminDisableUserCommand, AdminEnableUserCommand]) {
      const command = new Command({ UserPoolId, Username: anEmail() });
      await expect(sdk.send(command)).rejects.toMatchObject({ name: 'UserNotFoundException' });
    }
  });
});

describe('an administrator', () => {
  test('creates a user who must change the password', async () => {
    const email = anEmail();
    const { User } = await sdk.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: email,
        MessageAction: 'SUPPRESS',
        TemporaryPassword: aPassword,
      }),
    );
    expect(User).toMatchObject({ UserStatus: 'FORCE_CHANGE_PASSWORD', Enabled: true });
    expect(User?.UserCreateDate).toBeInstanceOf(Date);
    expect(await signIn(sdk, ClientId, email)).toMatchObject({ ChallengeName: 'NEW_PASSWORD_REQUIRED' });
  });

  test('cannot create a user twice', async () => {
    const email = anEmail();
    await createConfirmedUser(sdk, UserPoolId, email);
    await expect(createConfirmedUser(sdk, UserPoolId, email)).rejects.toMatchObject({
      name: 'UsernameExistsException',
    });
  });

  test('sets a password within the policy only, and makes the user confirmed', async () => {
    const email = anEmail();
    await createConfirmedUser(sdk, UserPoolId, email);
    const set = (Password: string) =>
      sdk.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: email, Password, Permanent: true }));
    await expect(set('weak password')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
    await set('another Password 1');
    expect((await signIn(sdk, ClientId, email, 'another Password 1')).AuthenticationResult).toBeDefined();
    await expect(signIn(sdk, ClientId, email)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  test('reads a user by email or sub', async () => {
    const email = anEmail();
    const sub = await createConfirmedUser(sdk, UserPoolId, email);
    for (const Username of [email.toUpperCase(), sub]) {
      const user = await sdk.send(new AdminGetUserCommand({ UserPoolId, Username }));
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
    const sub = await createConfirmedUser(sdk, UserPoolId, email);
    await sdk.send(new AdminDeleteUserCommand({ UserPoolId, Username: email }));
    await expect(sdk.send(new AdminGetUserCommand({ UserPoolId, Username: sub }))).rejects.toMatchObject({
      name: 'UserNotFoundException',
      message: 'User does not exist.',
    });
    expect(await createConfirmedUser(sdk, UserPoolId, email)).not.toBe(sub);
  });

  test('cannot create a group twice, nor add a user to a group that does not exist', async () => {
    const GroupName = `group-${randomUUID()}`;
    const email = anEmail();
    await createConfirmedUser(sdk, UserPoolId, email);
    await expect(
      sdk.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: email, GroupName })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await sdk.send(new CreateGroupCommand({ UserPoolId, GroupName }));
    await expect(sdk.send(new CreateGroupCommand({ UserPoolId, GroupName }))).rejects.toMatchObject({
      name: 'GroupExistsException',
    });
  });

  test('must name a pool that exists', async () => {
    const command = new AdminGetUserCommand({ UserPoolId: 'us-east-1_Nobody000', Username: anEmail() });
    await expect(sdk.send(command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('a flow that the client does not allow is refused', async () => {
  const command = new InitiateAuthCommand({
    ClientId,
    AuthFlow: 'CUSTOM_AUTH',
    AuthParameters: { USERNAME: anEmail() },
  });
  await expect(sdk.send(command)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'CUSTOM_AUTH flow not enabled for this client',
  });
});

async function verified(tokenUse: 'access' | 'id', token: string | undefined) {
  const verifier = CognitoJwtVerifier.create({ userPoolId: UserPoolId, clientId: ClientId, tokenUse });
  const jwks = await fetch(new URL(`/${UserPoolId}/.well-known/jwks.json`, endpoint));
  verifier.cacheJwks((await jwks.json()) as Jwks);
  return verifier.verify(token ?? '');
}
