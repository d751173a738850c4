import { type EmbeddedService, listen } from '../service';
import type { Credentials } from '../sigv4';
import type { UserPoolConfig } from './config';
import { openPool, type Pool } from './pool';
import { cognitoListener } from './wire';

export interface CognitoOptions extends Pick<Pool, 'deliver'> {
  /** Everything lies in `DIR/POOL_ID/`, readable by its owner only. */
  readonly dir: string;
  readonly region: string;
  readonly pools: readonly UserPoolConfig[];
  /** Of administrators. */
  readonly credentials: Credentials;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
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
}: CognitoOptions): Promise<EmbeddedService> {
  const opened = await Promise.all(pools.map((config) => openPool(config, { dir, region, deliver, now })));
  return listen(cognitoListener(opened, { credentials, region, now }));
}
