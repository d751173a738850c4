import { userNotFound } from './errors';
import type { Pool } from './pool';
import type { User } from './users';

/** Throws CognitoError UserNotFoundException. */
export function existing(pool: Pool, name: string): User {
  const user = pool.users.find(name);
  if (!user) throw userNotFound();
  return user;
}

/** Cognito's UserType: a user as lists have it. */
export const userType = (user: User) => ({ ...described(user), Attributes: attributesOf(user) });

export const described = (user: User) => ({
  Username: user.sub,
  UserStatus: user.status,
  Enabled: !user.disabled,
  UserCreateDate: user.createdAtMs / 1000,
  UserLastModifiedDate: user.modifiedAtMs / 1000,
});

export const attributesOf = (user: User) => [
  { Name: 'email', Value: user.email },
  { Name: 'email_verified', Value: String(user.emailVerified) },
  { Name: 'sub', Value: user.sub },
];
