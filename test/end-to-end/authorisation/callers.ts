import { createPrivateKey, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Access } from '../../../src/api/route';
import type { Client } from '../client';
import { datadock, type RunningServer } from '../server';

/** Somebody who calls, or nobody. */
export interface Caller {
  readonly name: string;
  readonly token?: string;
  /** What the token is worth. */
  readonly is: 'admin' | 'deactivated' | 'nobody' | 'refused' | 'user';
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
}

/** Why a caller gets no further than the door, by the route's access alone; undefined where they do. */
export function refusalOf(access: Access, { is, token }: Caller): Refusal | undefined {
  if (access === 'open' || (access === 'guest' && token === undefined)) return undefined;
  if (is === 'nobody' || is === 'refused') return { status: 401, code: 'Unauthenticated' };
  if (is === 'deactivated') return { status: 401, code: 'AccountInactive' };
  return access === 'admin' && is !== 'admin' ? { status: 403, code: 'AdminOnly' } : undefined;
}

export interface Callers {
  /** Whose things the others try to get at. */
  readonly owner: Caller;
  readonly other: Caller;
  readonly admin: Caller;
  readonly all: readonly Caller[];
}

/** One of each. */
export async function createCallers({ aUser, send }: Client, server: RunningServer): Promise<Callers> {
  const token = (name: string) => aUser(`${name}@example.com`);
  const set = async (name: string, ...changes: readonly string[]) => {
    const outputs = join(server.dataDir, 'outputs.json');
    const { exitCode, stderr } = await datadock(
      'users',
      'set',
      `${name}@example.com`,
      ...changes,
      '--outputs',
      outputs,
    );
    if (exitCode !== 0) throw new Error(stderr);
  };
  const owner = { name: 'the owner', token: await token('olga'), is: 'user' } as const;
  const other = { name: 'another user', token: await token('otto'), is: 'user' } as const;
  const admin = { name: 'an administrator', token: await token('anna'), is: 'admin' } as const;
  const deactivated = { name: 'a deactivated user', token: await token('dirk'), is: 'deactivated' } as const;
  const left = { name: 'a signed-out user', token: await token('lena'), is: 'refused' } as const;
  await Promise.all([set('anna', '--group', 'admin'), set('dirk', '--active', '0')]);
  await send('/auth/logout', { method: 'POST' }, left.token);
  return {
    owner,
    other,
    admin,
    all: [
      { name: 'a guest', is: 'nobody' },
      { name: 'garbage', token: 'garbage', is: 'refused' },
      { name: 'an expired token of the owner', token: expired(owner.token, server.dataDir), is: 'refused' },
      deactivated,
      left,
      other,
      admin,
      owner,
    ],
  };
}

/** The token as the pool would have signed it two hours ago. */
function expired(token: string, dataDir: string): string {
  const [header = '', payload = ''] = token.split('.');
  const pools = join(dataDir, 'cognito');
  const [pool = ''] = readdirSync(pools);
  const key = createPrivateKey(JSON.parse(readFileSync(join(pools, pool, 'keys.json'), 'utf8')).signing);
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const then = { ...claims, iat: claims.iat - 7200, exp: claims.exp - 7200 };
  const text = `${header}.${Buffer.from(JSON.stringify(then)).toString('base64url')}`;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}
