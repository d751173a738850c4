import { createHash, randomUUID } from 'node:crypto';
import type { User } from './users';

/** One sign-in, which every token that descends from it names. */
export interface Session {
  readonly originJti: string;
  readonly authTimeSeconds: number;
}

export function newSession(user: User, nowMs: number): Session {
  const head = randomUUID().slice(0, 18);
  return { originJti: `${head}-${tailOf(head, user)}`, authTimeSeconds: Math.floor(nowMs / 1000) };
}

/** Whether a sign-in of the user was ended since, by itself or with all the others. */
export function isOver({ originJti }: Pick<Session, 'originJti'>, user: User): boolean {
  const [head, tail] = [originJti.slice(0, 18), originJti.slice(19)];
  return tail !== tailOf(head, user) || user.revokedSessions?.some((ended) => ended.originJti === originJti) === true;
}

/**
 * The second half of a session's id, a UUID: it tells the sessions since the last global sign-out from those before, where
 * times in whole seconds cannot. That is no secret, as only the pool makes tokens.
 */
function tailOf(head: string, { sub, tokenGeneration }: User): string {
  const hash = createHash('sha256').update(`${head} ${sub} ${tokenGeneration}`).digest('hex');
  return `8${hash.slice(0, 3)}-${hash.slice(3, 15)}`;
}
