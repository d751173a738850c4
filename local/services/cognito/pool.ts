import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mail } from '../mailbox';
import { type Attempts, openAttempts } from './attempts-file';
import type { UserPoolConfig } from './config';
import { GroupStore } from './groups';
import { PoolKeys } from './pool-keys';
import { TokenIssuer } from './tokens';
import { UserStore } from './users';

/** A pool, open: what an operation works on. */
export interface Pool {
  readonly config: UserPoolConfig;
  readonly users: UserStore;
  readonly groups: GroupStore;
  readonly keys: PoolKeys;
  readonly tokens: TokenIssuer;
  readonly attempts: Attempts;
  readonly deliver: (mail: Mail) => Promise<void> | void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export async function openPool(
  config: UserPoolConfig,
  { dir, region, deliver, now }: { readonly dir: string; readonly region: string } & Pick<Pool, 'deliver' | 'now'>,
): Promise<Pool> {
  const poolDir = join(dir, config.id);
  await mkdir(poolDir, { recursive: true, mode: 0o700 });
  const keys = await PoolKeys.open(join(poolDir, 'keys.json'));
  return {
    config,
    users: await UserStore.open(join(poolDir, 'users')),
    groups: await GroupStore.open(join(poolDir, 'groups.json')),
    keys,
    tokens: new TokenIssuer(`https://cognito-idp.${region}.amazonaws.com/${config.id}`, keys),
    attempts: await openAttempts(join(poolDir, 'attempts.json')),
    deliver,
    now,
  };
}
