import { existing } from '../described-user';
import { adminOperation, username, userOperation } from '../operation';
import type { Pool } from '../pool';
import type { User } from '../users';

// Both end all the tokens of a user. Whoever verifies access and ID tokens without Cognito goes on taking them.

export const globalSignOut = userOperation({}, async (pool, user) => signOut(pool, user));

export const adminUserGlobalSignOut = adminOperation({ Username: username }, async (pool, { Username }) =>
  pool.users.exclusively(Username, async () => signOut(pool, existing(pool, Username))),
);

async function signOut(pool: Pool, user: User): Promise<object> {
  await pool.users.put({ ...user, tokenGeneration: user.tokenGeneration + 1 });
  return {};
}
