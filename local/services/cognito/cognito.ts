import { checkSignature } from '../header-signature';
import { type EmbeddedService, listen } from '../service';
import type { Credentials } from '../sigv4';
import type { UserPoolConfig } from './config';
import { openPool, type Pool } from './pool';
import { isOver } from './session';
import type { IdToken } from './tokens';
import { cognitoListener } from './wire';

export interface CognitoOptions extends Pick<Pool, 'deliver'> {
  /** Everything lies in `DIR/POOL_ID/`, readable by its owner only. */
  readonly dir: string;
  readonly region: string;
  readonly pools: readonly UserPoolConfig[];
  /** Admin calls must be signed with these. */
  readonly credentials: Credentials;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

export interface EmbeddedCognito extends EmbeddedService {
  /** What an ID token of a pool says, expired or not; undefined for anything that the pool did not sign as one. */
  readIdToken(poolId: string, token: string): IdToken | undefined;
  /** Whether the session of a token goes on: its user was neither signed out nor disabled. */
  isSessionOpen(poolId: string, token: IdToken): boolean;
  /** Signs a pool's tokens with a new key from now on. Earlier ones stay published until they are withdrawn. */
  rotateSigningKey(poolId: string): Promise<void>;
  /** Publishes a pool's present key alone. */
  withdrawEarlierKeys(poolId: string): Promise<void>;
}

/**
 * Starts Cognito user pools whose every acknowledged change survives a crash.
 * The table in `operations.ts` says what is emulated.
 */
export async function startCognito({
  dir,
  region,
  pools,
  deliver,
  credentials,
  now = Date.now,
}: CognitoOptions): Promise<EmbeddedCognito> {
  const opened = await Promise.all(pools.map((config) => openPool(config, { dir, region, deliver, now })));
  const service = await listen(
    cognitoListener(opened, (request, body) =>
      checkSignature(request, body, { credentials, region, service: 'cognito-idp', now }),
    ),
  );
  const poolOf = (poolId: string): Pool => {
    const pool = opened.find(({ config }) => config.id === poolId);
    if (!pool) throw new Error(`there is no pool ${poolId}; there is ${pools.map(({ id }) => id).join(', ')}`);
    return pool;
  };
  return {
    ...service,
    readIdToken: (poolId, token) => poolOf(poolId).tokens.readIdToken(token),
    isSessionOpen(poolId, token) {
      const user = poolOf(poolId).users.find(token.sub);
      return user !== undefined && !user.disabled && !isOver(token, user);
    },
    rotateSigningKey: async (poolId) => poolOf(poolId).keys.rotate(),
    withdrawEarlierKeys: async (poolId) => poolOf(poolId).keys.withdrawEarlier(),
  };
}
