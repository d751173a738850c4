import * as z from 'zod';
import { admitCode, admitMail, checkCode, codeMismatch, mailCode, newCode } from '../confirmation';
import { existing } from '../described-user';
import { deliveryTo } from '../email';
import { invalidParameter, notAuthorized, userDisabled, userNotFound } from '../errors';
import { checkEmail, createUser } from '../new-user';
import { adminOperation, attributes, clientOperation, password, username } from '../operation';
import { checkPassword } from '../password';
import type { User } from '../users';

export const signUp = clientOperation(
  { Username: username, Password: password, UserAttributes: attributes.optional() },
  async (pool, _client, { Username, Password, UserAttributes = [] }) => {
    if (!pool.config.selfSignUp) throw notAuthorized('SignUp is not permitted for this user pool');
    const foreign = UserAttributes.find(({ Name }) => Name !== 'email');
    if (foreign) throw notAuthorized(`A client attempted to write unauthorized attribute: ${foreign.Name}`);
    checkEmail(Username, UserAttributes.find(({ Name }) => Name === 'email')?.Value);
    checkPassword(Password, pool.config.passwordPolicy);

    return pool.users.exclusively(Username, async () => {
      const code = pool.config.autoVerifyEmail ? newCode(pool.now()) : undefined;
      const user = await createUser(pool, {
        email: Username,
        emailVerified: false,
        password: Password,
        status: 'UNCONFIRMED',
        ...(code && { confirmation: code }),
      });
      if (code) await mailCode(pool, user, code);
      return {
        UserConfirmed: false,
        UserSub: user.sub,
        ...(code && { CodeDeliveryDetails: deliveryTo(user.email) }),
      };
    });
  },
);

export const confirmSignUp = clientOperation(
  { Username: username, ConfirmationCode: z.string().min(1).max(2048) },
  async (pool, client, { Username, ConfirmationCode }) =>
    pool.users.exclusively(Username, async () => {
      const user = pool.users.find(Username);
      if (!user && !client.preventUserExistenceErrors) throw userNotFound();
      if (user) checkUnconfirmed(user);
      await admitCode(pool, Username);
      if (!user) throw codeMismatch();
      checkCode(ConfirmationCode, user.confirmation, pool.now());
      const { confirmation: _used, ...rest } = user;
      await pool.users.put({ ...rest, status: 'CONFIRMED', emailVerified: true, modifiedAtMs: pool.now() });
      return {};
    }),
);

/** Source: API reference, AdminConfirmSignUp: no code is needed, and the email is no more verified than before. */
export const adminConfirmSignUp = adminOperation({ Username: username }, async (pool, { Username }) =>
  pool.users.exclusively(Username, async () => {
    const user = existing(pool, Username);
    checkUnconfirmed(user);
    const { confirmation: _void, ...rest } = user;
    await pool.users.put({ ...rest, status: 'CONFIRMED', modifiedAtMs: pool.now() });
    return {};
  }),
);

function checkUnconfirmed({ status }: User): void {
  if (status !== 'UNCONFIRMED') throw notAuthorized(`User cannot be confirmed. Current status is ${status}`);
}

export const resendConfirmationCode = clientOperation({ Username: username }, async (pool, client, { Username }) =>
  pool.users.exclusively(Username, async () => {
    await admitMail(pool, Username);
    const user = pool.users.find(Username);
    if (client.preventUserExistenceErrors && (!user || user.disabled)) {
      return { CodeDeliveryDetails: deliveryTo(user?.email ?? Username) };
    }
    if (!user) throw userNotFound();
    if (user.disabled) throw userDisabled();
    if (user.status !== 'UNCONFIRMED') throw invalidParameter('User is already confirmed.');
    if (!pool.config.autoVerifyEmail) {
      throw notAuthorized('Cannot resend codes. Auto verification not turned on.');
    }
    const code = newCode(pool.now());
    await pool.users.put({ ...user, confirmation: code, modifiedAtMs: pool.now() });
    await mailCode(pool, user, code);
    return { CodeDeliveryDetails: deliveryTo(user.email) };
  }),
);
