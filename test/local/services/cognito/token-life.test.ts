import { AdminDeleteUserCommand, GetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { anEmail, aPool, refresh, startTestCognito, type TestCognito } from './fixture';

const pool = aPool();
const UserPoolId = pool.id;
const secondMs = 1000;
const hourMs = 3_600_000;

let cognito: TestCognito;

beforeEach(async () => {
  cognito = await startTestCognito(pool);
});

afterEach(() => cognito.close());

describe('tokens', () => {
  const claimsOf = (token = '') => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

  test('live as long as the client says', async () => {
    const email = anEmail();
    await cognito.createUser(email);
    const { AuthenticationResult: tokens } = await cognito.signIn(email);
    const now = Math.floor(cognito.clock.nowMs / 1000);
    expect(claimsOf(tokens?.AccessToken)).toMatchObject({ iat: now, auth_time: now, exp: now + 3600 });
    expect(claimsOf(tokens?.IdToken)).toMatchObject({ iat: now, auth_time: now, exp: now + 1800 });
  });

  test('are taken by GetUser until they expire', async () => {
    const email = anEmail();
    await cognito.createUser(email);
    const { AuthenticationResult: tokens } = await cognito.signIn(email);
    const getUser = () => cognito.sdk.send(new GetUserCommand({ AccessToken: tokens?.AccessToken }));
    cognito.clock.nowMs = Math.floor(cognito.clock.nowMs / 1000) * 1000 + hourMs - 1;
    expect((await getUser()).Username).toBeDefined();
    cognito.clock.nowMs += 1;
    await expect(getUser()).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Access Token has expired',
    });
  });

  test('can be refreshed until the refresh token expires', async () => {
    const email = anEmail();
    await cognito.createUser(email);
    const { AuthenticationResult: tokens } = await cognito.signIn(email);
    const refreshed = () => refresh(cognito.sdk, 'client1', tokens?.RefreshToken);
    cognito.clock.nowMs += 30 * 24 * hourMs - secondMs;
    const { AuthenticationResult: fresh } = await refreshed();
    const { iat, auth_time } = claimsOf(fresh?.AccessToken);
    expect(iat - auth_time).toBe(30 * 24 * 3600 - 1);
    cognito.clock.nowMs += secondMs;
    await expect(refreshed()).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Refresh Token has expired',
    });
  });

  test('cannot be refreshed once the user is deleted', async () => {
    const email = anEmail();
    await cognito.createUser(email);
    const { AuthenticationResult: tokens } = await cognito.signIn(email);
    await cognito.sdk.send(new AdminDeleteUserCommand({ UserPoolId, Username: email }));
    await expect(refresh(cognito.sdk, 'client1', tokens?.RefreshToken)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    });
  });
});
