import { randomUUID } from 'node:crypto';
import { foldCase, isEmail } from './email';
import { CognitoError, invalidParameter } from './errors';
import { hashPassword } from './password';
import type { Pool } from './pool';
import type { User } from './users';

/** Throws CognitoError InvalidParameterException unless the username is an email, and the email attribute, if any, is it. */
export function checkEmail(username: string, email: string | undefined): void {
  if (!isEmail(username)) throw invalidParameter('Username should be an email.');
  // A guess: what Cognito answers to two different addresses is not documented.
  if (foldCase(email ?? username) !== foldCase(username)) {
    throw invalidParameter('The email attribute should be the same as the username.');
  }
}

type NewUser = Pick<User, 'email' | 'emailVerified' | 'status' | 'confirmation'> & { readonly password: string };

/** To be called within `exclusively`. Throws CognitoError UsernameExistsException. */
export async function createUser(pool: Pool, { password, ...given }: NewUser): Promise<User> {
  if (pool.users.find(given.email)) {
    throw new CognitoError('UsernameExistsException', 'An account with the given email already exists.');
  }
  const nowMs = pool.now();
  const user: User = {
    ...given,
    sub: randomUUID(),
    passwordHash: await hashPassword(password),
    groups: [],
    tokenGeneration: 0,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
  };
  await pool.users.put(user);
  return user;
}
