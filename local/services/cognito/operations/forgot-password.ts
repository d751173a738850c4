import * as z from 'zod';
import { checkCode, codeLifeMs, codeMismatch, mailCode, newCode } from '../confirmation';
import { deliveryTo } from '../email';
import { CognitoError, invalidParameter, userDisabled, userNotFound } from '../errors';
import { clientOperation, password, username } from '../operation';
import { checkPassword, hashPassword } from '../password';

export const forgotPassword = clientOperation({ Username: username }, async (pool, client, { Username }) =>
  pool.users.exclusively(Username, async () => {
    const user = pool.users.find(Username);
    if (!user) {
      if (!client.preventUserExistenceErrors) throw userNotFound();
      return { CodeDeliveryDetails: deliveryTo(Username) };
    }
    if (user.disabled) throw userDisabled();
    if (!user.emailVerified) {
      throw invalidParameter(
        'Cannot reset password for the user as there is no registered/verified email or phone_number',
      );
    }
    const code = newCode(pool.now(), codeLifeMs.reset);
    await pool.users.put({ ...user, reset: code, modifiedAtMs: pool.now() });
    await mailCode(pool, user, code);
    return { CodeDeliveryDetails: deliveryTo(user.email) };
  }),
);

export const confirmForgotPassword = clientOperation(
  { Username: username, ConfirmationCode: z.string().regex(/^\S{1,2048}$/), Password: password },
  async (pool, client, { Username, ConfirmationCode, Password }) =>
    pool.users.exclusively(Username, async () => {
      const user = pool.users.find(Username);
      if (!user && !client.preventUserExistenceErrors) throw userNotFound();
      checkPassword(Password, pool.config.passwordPolicy);
      const counted = pool.users.keyOf(Username);
      if (!pool.codeAttempts.admit(counted, pool.now())) {
        throw new CognitoError('LimitExceededException', 'Attempt limit exceeded, please try after some time.');
      }
      if (!user) throw codeMismatch();
      checkCode(ConfirmationCode, user.reset, pool.now());
      const { reset: _used, ...rest } = user;
      const passwordHash = await hashPassword(Password);
      await pool.users.put({ ...rest, passwordHash, status: 'CONFIRMED', modifiedAtMs: pool.now() });
      pool.signInAttempts.right(counted);
      return {};
    }),
);
