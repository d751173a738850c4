import { attributesOf } from '../described-user';
import { limitExceeded, notAuthorized } from '../errors';
import { password, userOperation } from '../operation';
import { checkPassword, hashPassword, isPassword } from '../password';

export const getUser = userOperation({}, async (_pool, user) => ({
  Username: user.sub,
  UserAttributes: attributesOf(user),
}));

/** Tokens stay good. A guess: wrong passwords count as those of sign-ins do, so that neither gives more tries. */
export const changePassword = userOperation(
  { PreviousPassword: password, ProposedPassword: password },
  async (pool, user, { PreviousPassword, ProposedPassword }) => {
    checkPassword(ProposedPassword, pool.config.passwordPolicy);
    const counted = pool.users.keyOf(user.sub);
    if (pool.attempts.signIns.isLocked(counted, pool.now())) throw limitExceeded();
    if (!(await isPassword(PreviousPassword, user.passwordHash))) {
      await pool.attempts.signIns.wrong(counted, pool.now());
      throw notAuthorized('Incorrect username or password.');
    }
    await pool.attempts.signIns.right(counted);
    const passwordHash = await hashPassword(ProposedPassword);
    await pool.users.put({ ...user, passwordHash, modifiedAtMs: pool.now() });
    return {};
  },
);
