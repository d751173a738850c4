import { type EmbeddedService, listen } from '../service';
import type { UserPoolConfig } from './config';
import { openPool, type Pool } from './pool';
import { type Credentials, checkKeyId, checkSignature } from './signature';
import { cognitoListener } from './wire';

export interface CognitoOptions extends Pick<Pool, 'deliver'> {
  /** Everything lies in `DIR/POOL_ID/`, readable by its owner only. */
  readonly dir: string;
  readonly region: string;
  readonly pools: readonly UserPoolConfig[];
  /** Admin calls must be signed with these. */
  readonly credentials?: Credentials;
  /**
   * Where there are no credentials: the key id that admin calls must name, under whatever signature.
   * It goes once every caller gives `credentials`. @default any key id is taken.
   */
  readonly accessKeyId?: string;
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
  accessKeyId,
  now = Date.now,
}: CognitoOptions): Promise<EmbeddedService> {
  const opened = await Promise.all(pools.map((config) => openPool(config, { dir, region, deliver, now })));
  return listen(
    cognitoListener(opened, (request, body) => {
      if (credentials) checkSignature(request, body, { credentials, region, now });
      else checkKeyId(request, accessKeyId);
    }),
  );
}
