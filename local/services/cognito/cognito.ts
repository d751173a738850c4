import { checkSignature } from '../header-signature';
import { type EmbeddedService, listen } from '../service';
import type { Credentials } from '../sigv4';
import type { UserPoolConfig } from './config';
import { openPool, type Pool } from './pool';
import type { PoolKeys } from './pool-keys';
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
  const keysOf = (poolId: string): PoolKeys => {
    const pool = opened.find(({ config }) => config.id === poolId);
    if (!pool) throw new Error(`there is no pool ${poolId}; there is ${pools.map(({ id }) => id).join(', ')}`);
    return pool.keys;
  };
  return {
    ...service,
    rotateSigningKey: async (poolId) => keysOf(poolId).rotate(),
    withdrawEarlierKeys: async (poolId) => keysOf(poolId).withdrawEarlier(),
  };
}
