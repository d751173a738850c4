import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import type { Jwks } from 'aws-jwt-verify/jwk';
import { aPool, region, sdkClient, startTestCognito } from '../fixture';

/*
 * The suites of this folder run against another Cognito when COGNITO_ENDPOINT names one, with the pool COGNITO_USER_POOL_ID
 * and its client COGNITO_CLIENT_ID (those of `aPool`, unless given): a pool with email sign-in and the password policy of
 * `aPool`, and a client without secret that prevents user existence errors. For another embedded one:
 *
 *     npx tsx test/local/services/cognito/service-process.ts FOLDER
 *     COGNITO_ENDPOINT=http://127.0.0.1:PORT npx jest test/local/services/cognito/contract
 */
const remote = process.env['COGNITO_ENDPOINT'];
export const UserPoolId = process.env['COGNITO_USER_POOL_ID'] ?? aPool().id;
export const ClientId = process.env['COGNITO_CLIENT_ID'] ?? 'client1';
export const issuer = `https://cognito-idp.${region}.amazonaws.com/${UserPoolId}`;

export interface ContractPool {
  readonly endpoint: string;
  readonly sdk: CognitoIdentityProviderClient;
}

/** A pool for the tests of a file; it is there while they run. */
export function usePool(): ContractPool {
  let pool: (ContractPool & { close(): Promise<void> }) | undefined;
  beforeAll(async () => {
    pool = await open();
  });
  afterAll(() => pool?.close());
  const opened = () => {
    if (!pool) throw new Error('the pool is there only while tests run');
    return pool;
  };
  return {
    get endpoint() {
      return opened().endpoint;
    },
    get sdk() {
      return opened().sdk;
    },
  };
}

/** Of an embedded Cognito of its own, or of the other one. */
async function open() {
  if (remote) {
    const sdk = sdkClient(remote);
    return { endpoint: remote, sdk, close: async () => sdk.destroy() };
  }
  const { url: endpoint, sdk, clock, close } = await startTestCognito(aPool({ id: UserPoolId }));
  clock.nowMs = Date.now();
  return { endpoint, sdk, close };
}

/** The claims of a token, if a verifier that knows no more than the pool's public keys takes it. */
export async function verified({ endpoint }: ContractPool, tokenUse: 'access' | 'id', token: string | undefined) {
  const verifier = CognitoJwtVerifier.create({ userPoolId: UserPoolId, clientId: ClientId, tokenUse });
  const jwks = await fetch(new URL(`/${UserPoolId}/.well-known/jwks.json`, endpoint));
  verifier.cacheJwks((await jwks.json()) as Jwks);
  return verifier.verify(token ?? '');
}
