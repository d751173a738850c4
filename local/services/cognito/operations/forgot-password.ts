import * as z from 'zod';
import { admitCode, admitMail, checkCode, codeLifeMs, codeMismatch, mailCode, newCode } from '../confirmation';
import { existing } from '../described-user';
import { deliveryTo } from '../email';
import { invalidParameter, notAuthorized, userDisabled, userNotFound } from '../errors';
import { adminOperation, clientOperation, password, username } from '../operation';
import { checkPassword, hashPassword } from '../password';
import type { Pool } from '../pool';
import type { User } from '../users';

// Where user existence errors are prevented, nobody tells from the answers who has no account, is disabled or cannot be
// mailed. Source: Cognito developer guide, "Managing user existence error responses", password reset.

export const forgotPassword = clientOperation({ Username: username }, async (pool, client, { Username }) =>
  pool.users.exclusively(Username, async () => {
    await admitMail(pool, Username);
    const user = pool.users.find(Username);
    if (client.preventUserExistenceErrors && (!user || user.disabled || !user.emailVerified)) {
      return { CodeDeliveryDetails: deliveryTo(user?.email ?? Username) };
    }
    if (!user) throw userNotFound();
    await mailResetCode(pool, user, user.status);
    return { CodeDeliveryDetails: deliveryTo(user.email) };
  }),
);

/** Source: API reference, AdminResetUserPassword: the password is good no longer, and the user is mailed a code. */
export const adminResetUserPassword = adminOperation({ Username: username }, async (pool, { Username }) =>
  pool.users.exclusively(Username, async () => {
    await mailResetCode(pool, existing(pool, Username), 'RESET_REQUIRED');
    return {};
  }),
);

async function mailResetCode(pool: Pool, user: User, status: User['status']): Promise<void> {
  if (user.disabled) throw userDisabled();
  if (user.status === 'FORCE_CHANGE_PASSWORD') {
    throw notAuthorized('User password cannot be reset in the current state.');
  }
  if (!user.emailVerified) {
    throw invalidParameter(
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    );
  }
  const code = newCode(pool.now(), codeLifeMs.reset);
  await pool.users.put({ ...user, status, reset: code, modifiedAtMs: pool.now() });
  await mailCode(pool, user, code);
}

export const confirmForgotPassword = clientOperation(
  { Username: username, ConfirmationCode: z.string().regex(/^\S{1,2048}$/), Password: password },
  async (pool, client, { Username, ConfirmationCode, Password }) =>
    pool.users.exclusively(Username, async () => {
      const user = pool.users.find(Username);
      if (!client.preventUserExistenceErrors) {
        if (!user) throw userNotFound();
        if (user.disabled) throw userDisabled();
      }
      checkPassword(Password, pool.config.passwordPolicy);
      await admitCode(pool, Username);
      if (!user || user.disabled) throw codeMismatch();
      checkCode(ConfirmationCode, user.reset, pool.now());
      const { reset: _used, ...rest } = user;
      const passwordHash = await hashPassword(Password);
      await pool.users.put({ ...rest, passwordHash, status: 'CONFIRMED', modifiedAtMs: pool.now() });
      await pool.attempts.signIns.right(pool.users.keyOf(Username));
      return {};
    }),
);
