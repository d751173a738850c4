import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { aClient, anEmail, aPool, startTestCognito } from './fixture';

const pool = aPool({ clients: [aClient({ refreshTokenTtlSeconds: 3600 }), aClient({ id: 'client2' })] });

let cognito: Awaited<ReturnType<typeof startTestCognito>>;
beforeEach(async () => {
  cognito = await startTestCognito(pool);
});
afterEach(() => cognito.close());

const refreshTokenOf = async (email: string) => (await cognito.signIn(email)).AuthenticationResult?.RefreshToken ?? '';
const revoke = (Token: string, ClientId = 'client1') => cognito.sdk.send(new RevokeTokenCommand({ ClientId, Token }));
const refresh = (REFRESH_TOKEN: string) =>
  cognito.sdk.send(
    new InitiateAuthCommand({
      ClientId: 'client1',
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN },
    }),
  );

test('a client cannot revoke the token of another', async () => {
  const email = anEmail();
  await cognito.createUser(email);
  const token = await refreshTokenOf(email);
  await expect(revoke(token, 'client2')).rejects.toMatchObject({ name: 'UnauthorizedException' });
  expect((await refresh(token)).AuthenticationResult).toBeDefined();
});

test('what is revoked and who is disabled stays so after a restart', async () => {
  const [email, disabled] = [anEmail(), anEmail()];
  await cognito.createUser(email);
  await cognito.createUser(disabled);
  const token = await refreshTokenOf(email);
  await revoke(token);
  await cognito.sdk.send(new AdminDisableUserCommand({ UserPoolId: pool.id, Username: disabled }));
  await cognito.restart();
  await expect(refresh(token)).rejects.toMatchObject({ message: 'Refresh Token has been revoked' });
  await expect(cognito.signIn(disabled)).rejects.toMatchObject({ message: 'User is disabled.' });
});

test('two tokens revoked at once are both revoked', async () => {
  const email = anEmail();
  await cognito.createUser(email);
  const tokens = [await refreshTokenOf(email), await refreshTokenOf(email)];
  await Promise.all(tokens.map((token) => revoke(token)));
  for (const token of tokens) {
    await expect(refresh(token)).rejects.toMatchObject({ message: 'Refresh Token has been revoked' });
  }
});

test('a revoked token is forgotten once it has expired, and so have the access tokens it gave', async () => {
  const email = anEmail();
  const sub = await cognito.createUser(email);
  await revoke(await refreshTokenOf(email));
  const file = join(cognito.dir, pool.id, 'users', `${sub}.json`);
  const remembered = async () => JSON.parse(await readFile(file, 'utf8')).revokedSessions;
  cognito.clock.nowMs += 7_199_000;
  await revoke(await refreshTokenOf(email));
  expect(await remembered()).toHaveLength(2);
  cognito.clock.nowMs += 1_000;
  await revoke(await refreshTokenOf(email));
  expect(await remembered()).toHaveLength(2);
});

test('the token of a deleted user is taken for revoked', async () => {
  const email = anEmail();
  await cognito.createUser(email);
  const token = await refreshTokenOf(email);
  await cognito.sdk.send(new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: email }));
  await revoke(token);
});
