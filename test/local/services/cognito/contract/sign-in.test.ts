import {
  AdminInitiateAuthCommand,
  type AuthFlowType,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { anEmail, aPassword, createConfirmedUser, refresh, signIn } from '../fixture';
import { ClientId, issuer, UserPoolId, usePool, verified } from './pool';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const pool = usePool();

describe('a confirmed user', () => {
  const email = anEmail();
  let sub: string;

  beforeAll(async () => {
    sub = await createConfirmedUser(pool.sdk, UserPoolId, email);
  });

  test('signs in with the email in any case, and with the sub', async () => {
    expect((await signIn(pool.sdk, ClientId, email.toUpperCase())).AuthenticationResult).toBeDefined();
    expect((await signIn(pool.sdk, ClientId, sub)).AuthenticationResult).toBeDefined();
  });

  test('gets tokens that aws-jwt-verify takes, with the claims of Cognito', async () => {
    const { AuthenticationResult: tokens } = await signIn(pool.sdk, ClientId, email);
    expect(tokens).toMatchObject({ ExpiresIn: 3600, TokenType: 'Bearer', RefreshToken: expect.any(String) });

    const access = await verified(pool, 'access', tokens?.AccessToken);
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
    const id = await verified(pool, 'id', tokens?.IdToken);
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
});

describe('a refresh token', () => {
  test('gives tokens of the same sign-in, and no other refresh token', async () => {
    const email = anEmail();
    await createConfirmedUser(pool.sdk, UserPoolId, email);
    const { AuthenticationResult: first } = await signIn(pool.sdk, ClientId, email);
    const { AuthenticationResult: second } = await refresh(pool.sdk, ClientId, first?.RefreshToken);
    const before = await verified(pool, 'access', first?.AccessToken);
    const after = await verified(pool, 'access', second?.AccessToken);
    expect(second?.RefreshToken).toBeUndefined();
    expect(after['origin_jti']).toBe(before['origin_jti']);
    expect(after['auth_time']).toBe(before['auth_time']);
    expect(after.jti).not.toBe(before.jti);
  });

  test('is refused when it is forged', async () => {
    const email = anEmail();
    await createConfirmedUser(pool.sdk, UserPoolId, email);
    const { AuthenticationResult: tokens } = await signIn(pool.sdk, ClientId, email);
    const parts = tokens?.RefreshToken?.split('.') ?? [];
    const forged = parts
      .with(
        3,
        (parts[3] ?? '').replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      )
      .join('.');
    for (const token of [forged, 'nonsense', `${parts.slice(0, 4).join('.')}.`]) {
      await expect(refresh(pool.sdk, ClientId, token)).rejects.toMatchObject({
        name: 'NotAuthorizedException',
        message: 'Invalid Refresh Token',
      });
    }
  });
});

test('a flow that the client does not allow is refused', async () => {
  const command = new InitiateAuthCommand({
    ClientId,
    AuthFlow: 'CUSTOM_AUTH',
    AuthParameters: { USERNAME: anEmail() },
  });
  await expect(pool.sdk.send(command)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'CUSTOM_AUTH flow not enabled for this client',
  });
});

describe('AdminInitiateAuth', () => {
  const initiate = (AuthFlow: AuthFlowType, AuthParameters: Record<string, string>, client = ClientId) =>
    pool.sdk.send(new AdminInitiateAuthCommand({ UserPoolId, ClientId: client, AuthFlow, AuthParameters }));

  test.each(['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'] as const)(
    'refuses %s, which the client does not allow',
    async (flow) => {
      const email = anEmail();
      await createConfirmedUser(pool.sdk, UserPoolId, email);
      await expect(initiate(flow, { USERNAME: email, PASSWORD: aPassword })).rejects.toMatchObject({
        name: 'InvalidParameterException',
        message: 'Auth flow not enabled for this client',
      });
    },
  );

  test('refreshes, as the client allows it', async () => {
    const email = anEmail();
    const sub = await createConfirmedUser(pool.sdk, UserPoolId, email);
    const { AuthenticationResult: first } = await signIn(pool.sdk, ClientId, email);
    const { AuthenticationResult: second } = await initiate('REFRESH_TOKEN_AUTH', {
      REFRESH_TOKEN: first?.RefreshToken ?? '',
    });
    expect((await verified(pool, 'access', second?.AccessToken)).sub).toBe(sub);
  });

  test('must name a client of the pool', async () => {
    await expect(initiate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: 'a' }, 'nobody')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
