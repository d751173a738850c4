import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { startCognito } from '../../../../local/services/cognito/cognito';
import type { UserPoolClientConfig, UserPoolConfig } from '../../../../local/services/cognito/config';
import type { Mail } from '../../../../local/services/mailbox';

export const region = 'us-east-1';
/** Those of the test environment, which another Cognito must know, too. */
export const credentials = {
  accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? 'test',
  secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? 'test',
};
export const aPassword = 'correct Horse 7 battery';
export const anEmail = (): string => `user-${randomUUID()}@example.com`;

export const aClient = (given: Partial<UserPoolClientConfig> = {}): UserPoolClientConfig => ({
  id: 'client1',
  authFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  accessTokenTtlSeconds: 3600,
  idTokenTtlSeconds: 1800,
  refreshTokenTtlSeconds: 30 * 24 * 3600,
  preventUserExistenceErrors: true,
  ...given,
});

export const aPool = (given: Partial<UserPoolConfig> = {}): UserPoolConfig => ({
  id: 'us-east-1_Test00001',
  passwordPolicy: {
    minimumLength: 12,
    requireLowercase: true,
    requireUppercase: true,
    requireNumbers: true,
    requireSymbols: true,
  },
  selfSignUp: true,
  autoVerifyEmail: true,
  verificationMail: { subject: 'Your code', message: 'Your code is {####}.' },
  clients: [aClient()],
  ...given,
});

/** A client that signs with the time of the service that it is for. */
export function sdkClient(
  endpoint: string,
  { now = Date.now, ...config }: CognitoIdentityProviderClientConfig & { readonly now?: () => number } = {},
): CognitoIdentityProviderClient {
  const client = new CognitoIdentityProviderClient({ endpoint, region, credentials, maxAttempts: 1, ...config });
  client.middlewareStack.add(
    (next) => (given) => {
      client.config.systemClockOffset = now() - Date.now();
      return next(given);
    },
    { step: 'initialize' },
  );
  return client;
}

export type TestCognito = Awaited<ReturnType<typeof startTestCognito>>;

/** An embedded Cognito with its own folder, clock and mail. */
export async function startTestCognito(pool: UserPoolConfig = aPool(), ...otherPools: readonly UserPoolConfig[]) {
  const dir = await mkdtemp(join(tmpdir(), 'cognito-'));
  const clock = { nowMs: Date.parse('2026-01-02T03:04:05.678Z') };
  const now = () => clock.nowMs;
  const mails: Mail[] = [];
  const start = () =>
    startCognito({
      dir,
      region,
      pools: [pool, ...otherPools],
      deliver: (mail) => void mails.push(mail),
      credentials,
      now,
    });
  let service = await start();
  let sdk = sdkClient(service.url, { now });
  const stop = async () => {
    sdk.destroy();
    await service.close();
  };

  return {
    dir,
    clock,
    now,
    mails,
    get url() {
      return service.url;
    },
    get sdk() {
      return sdk;
    },
    codeOf: (email: string) => mails.findLast(({ to }) => to === email)?.code ?? '',
    rotateSigningKey: (poolId = pool.id) => service.rotateSigningKey(poolId),
    withdrawEarlierKeys: () => service.withdrawEarlierKeys(pool.id),
    async restart() {
      await stop();
      service = await start();
      sdk = sdkClient(service.url, { now });
    },
    async close() {
      await stop();
      await rm(dir, { recursive: true });
    },

    signUp: (Username: string, Password = aPassword) =>
      sdk.send(new SignUpCommand({ ClientId: 'client1', Username, Password })),
    confirm: (Username: string, ConfirmationCode: string) =>
      sdk.send(new ConfirmSignUpCommand({ ClientId: 'client1', Username, ConfirmationCode })),
    signIn: (Username: string, Password = aPassword) => signIn(sdk, 'client1', Username, Password),
    /** A confirmed user. Answers the `sub`. */
    createUser: (email: string) => createConfirmedUser(sdk, pool.id, email),
  };
}

export const signIn = (sdk: CognitoIdentityProviderClient, ClientId: string, USERNAME: string, PASSWORD = aPassword) =>
  sdk.send(
    new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME, PASSWORD } }),
  );

export const refresh = (sdk: CognitoIdentityProviderClient, ClientId: string, RefreshToken = '') =>
  sdk.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: RefreshToken },
    }),
  );

/** What a pool publishes for whoever verifies its tokens. */
export const jwksOf = async (endpoint: string, userPoolId: string): Promise<{ keys: { kid: string }[] }> =>
  (await fetch(`${endpoint}/${userPoolId}/.well-known/jwks.json`)).json() as Promise<{ keys: { kid: string }[] }>;

export async function createConfirmedUser(
  sdk: CognitoIdentityProviderClient,
  UserPoolId: string,
  email: string,
): Promise<string> {
  const { User } = await sdk.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username: email,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ],
    }),
  );
  await sdk.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username: email, Password: aPassword, Permanent: true }),
  );
  return User?.Username ?? '';
}
