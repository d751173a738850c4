import { RevokeTokenCommand } from '@aws-sdk/client-cognito-identity-provider';
import { anEmail, createConfirmedUser, refresh, signIn } from '../fixture';
import { ClientId, UserPoolId, usePool } from './pool';

const pool = usePool();

describe('RevokeToken', () => {
  const revoke = (Token = '') => pool.sdk.send(new RevokeTokenCommand({ ClientId, Token }));

  test('ends one refresh token, however often it is said, and leaves those of other sign-ins', async () => {
    const email = anEmail();
    await createConfirmedUser(pool.sdk, UserPoolId, email);
    const [one, other] = [await signIn(pool.sdk, ClientId, email), await signIn(pool.sdk, ClientId, email)];
    await revoke(one.AuthenticationResult?.RefreshToken);
    await revoke(one.AuthenticationResult?.RefreshToken);
    await expect(refresh(pool.sdk, ClientId, one.AuthenticationResult?.RefreshToken)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Refresh Token has been revoked',
    });
    expect(
      (await refresh(pool.sdk, ClientId, other.AuthenticationResult?.RefreshToken)).AuthenticationResult,
    ).toBeDefined();
  });

  test('takes a token that nobody knows for revoked', async () => {
    expect((await revoke('nonsense')).$metadata.httpStatusCode).toBe(200);
  });

  test('refuses an access token', async () => {
    const email = anEmail();
    await createConfirmedUser(pool.sdk, UserPoolId, email);
    const { AuthenticationResult: tokens } = await signIn(pool.sdk, ClientId, email);
    await expect(revoke(tokens?.AccessToken)).rejects.toMatchObject({ name: 'UnsupportedTokenTypeException' });
  });
});
