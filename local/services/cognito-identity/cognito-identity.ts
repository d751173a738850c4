import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { EmbeddedCognito } from '../cognito/cognito';
import { invalidParameter, notAuthorized, notFound } from '../cognito/errors';
import { parse } from '../cognito/operation';
import { answer, operationName, parseBody, readBody, unknownOperation } from '../json-protocol';
import { type EmbeddedService, listen } from '../service';
import type { Sessions } from '../sessions';

/** What is emulated of AWS::Cognito::IdentityPool: a pool for those who signed in to user pools, with one role for all. */
export interface IdentityPoolConfig {
  /** `REGION:UUID` */
  readonly id: string;
  readonly providers: readonly IdentityProviderConfig[];
  /** The role of those who signed in. */
  readonly authenticatedRoleArn: string;
}

export interface IdentityProviderConfig {
  /** `cognito-idp.REGION.amazonaws.com/POOL_ID` */
  readonly name: string;
  readonly clientId: string;
  /** Whether the user pool is asked if the user was signed out or disabled since. */
  readonly serverSideTokenCheck: boolean;
}

interface CognitoIdentityOptions {
  readonly pools: readonly IdentityPoolConfig[];
  readonly userPools: Pick<EmbeddedCognito, 'readIdToken' | 'isSessionOpen'>;
  readonly sessions: Sessions;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** Cognito's own: an hour. Source: Cognito developer guide, "Identity pools (federated identities) authentication flow". */
const sessionTtlMs = 3_600_000;

/**
 * Starts Cognito identity pools: GetId and GetCredentialsForIdentity, both unsigned. Nothing is kept: an identity is
 * a hash of the pool and the user, and credentials say themselves what they are good for.
 * Errors have the names of the API reference, and the words in which AWS's SDK users report them.
 */
export function startCognitoIdentity(options: CognitoIdentityOptions): Promise<EmbeddedService> {
  return listen((request, response) =>
    answer(response, async () => {
      const body = await readBody(request);
      const operation = operations.get(operationName(request));
      if (!operation) throw unknownOperation(operationName(request));
      return operation(options, parseBody(body));
    }),
  );
}

type Operation = (options: CognitoIdentityOptions, input: unknown) => object;

const logins = z.record(z.string(), z.string()).default({});
const identityId = z
  .string()
  .regex(/^[\w-]+:[0-9a-f-]+$/, 'Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+');

const GetId = z.object({ IdentityPoolId: identityId, Logins: logins });

const getId: Operation = (options, input) => {
  const { IdentityPoolId, Logins } = parse(GetId, input);
  const pool = options.pools.find(({ id }) => id === IdentityPoolId);
  if (!pool) throw notFound(`IdentityPool '${IdentityPoolId}' not found.`);
  return { IdentityId: identityOf(options, pool, Logins) };
};

const GetCredentials = z.object({
  IdentityId: identityId,
  Logins: logins,
  CustomRoleArn: z.undefined('CustomRoleArn is not emulated.').optional(),
});

const getCredentialsForIdentity: Operation = (options, input) => {
  const { IdentityId, Logins } = parse(GetCredentials, input);
  const supporting = options.pools.filter(({ providers }) => providers.some(({ name }) => Object.hasOwn(Logins, name)));
  if (supporting.length === 0) throw Object.keys(Logins).length === 0 ? noLogin() : notSupported();
  const pool = supporting.find((candidate) => identityOf(options, candidate, Logins) === IdentityId);
  if (!pool) {
    throw notAuthorized(
      "Logins don't match. Please include at least one valid login for this identity or identity pool.",
    );
  }
  const { now = Date.now, sessions } = options;
  const session = sessions.issue(pool.authenticatedRoleArn, now() + sessionTtlMs);
  return {
    IdentityId,
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: Math.floor(session.expiresAtMs / 1000),
    },
  };
};

const operations: ReadonlyMap<string, Operation> = new Map([
  ['GetId', getId],
  ['GetCredentialsForIdentity', getCredentialsForIdentity],
]);

/** Throws CognitoError where the logins are not one good ID token of a provider of the pool. */
function identityOf(
  { userPools, now = Date.now }: CognitoIdentityOptions,
  pool: IdentityPoolConfig,
  given: Readonly<Record<string, string>>,
): string {
  const [login, ...others] = Object.entries(given);
  if (!login) throw noLogin();
  if (others.length > 0) throw invalidParameter('Several logins of one identity are not emulated; give one.');
  const [providerName, token] = login;
  const candidates = pool.providers.filter(({ name }) => name === providerName);
  if (candidates.length === 0) throw notSupported();

  const userPoolId = providerName.slice(providerName.indexOf('/') + 1);
  const claims = userPools.readIdToken(userPoolId, token);
  if (!claims) throw invalidToken('Token signature invalid, or not that of an ID token of this user pool.');
  const provider = candidates.find(({ clientId }) => clientId === claims.clientId);
  if (!provider) throw invalidToken('Incorrect token audience.');
  const nowSeconds = Math.floor(now() / 1000);
  if (nowSeconds >= claims.expiresAtSeconds) {
    throw invalidToken(`Token expired: ${claims.expiresAtSeconds} >= ${nowSeconds}`);
  }
  if (provider.serverSideTokenCheck && !userPools.isSessionOpen(userPoolId, claims)) {
    throw invalidToken('Token was revoked.');
  }
  const [region] = pool.id.split(':');
  return `${region}:${uuidOf(`${pool.id} ${providerName} ${claims.sub}`)}`;
}

const noLogin = () => notAuthorized('Unauthenticated access is not supported for this identity pool.');

const notSupported = () => notAuthorized('Token is not from a supported provider of this identity pool.');

const invalidToken = (why: string) => notAuthorized(`Invalid login token. ${why}`);

/** The same for the same seed, in the form of a UUID. */
function uuidOf(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
