import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { attributesOf, described, existing, userType } from '../described-user';
import { invalidParameter } from '../errors';
import { checkEmail, createUser } from '../new-user';
import { adminOperation, attributes, password, username } from '../operation';
import { checkPassword, hashPassword } from '../password';
import type { Pool } from '../pool';
import type { User } from '../users';

export const adminCreateUser = adminOperation(
  {
    Username: username,
    UserAttributes: attributes.optional(),
    TemporaryPassword: password.optional(),
    MessageAction: z.string().optional(),
  },
  async (pool, { Username, UserAttributes = [], TemporaryPassword, MessageAction }) => {
    if (MessageAction !== 'SUPPRESS') {
      throw invalidParameter('Invitations are not emulated; MessageAction should be SUPPRESS.');
    }
    const { email, email_verified, ...others } = Object.fromEntries(
      UserAttributes.map(({ Name, Value }) => [Name, Value]),
    );
    const [other] = Object.keys(others);
    if (other) throw invalidParameter(`The attribute ${other} is not emulated; email and email_verified are.`);
    checkEmail(Username, email);
    if (TemporaryPassword !== undefined) checkPassword(TemporaryPassword, pool.config.passwordPolicy);

    return pool.users.exclusively(Username, async () => {
      const user = await createUser(pool, {
        email: Username,
        emailVerified: email_verified === 'true',
        password: TemporaryPassword ?? randomBytes(24).toString('base64'),
        status: 'FORCE_CHANGE_PASSWORD',
      });
      return { User: userType(user) };
    });
  },
);

export const adminGetUser = adminOperation({ Username: username }, async (pool, { Username }) => {
  const user = existing(pool, Username);
  return { ...described(user), UserAttributes: attributesOf(user) };
});

/** Source: CloudFormation reference, SchemaAttribute, `Mutable`: the email of these pools never changes, not even to itself. */
export const adminUpdateUserAttributes = adminOperation(
  { Username: username, UserAttributes: attributes },
  async (pool, { Username, UserAttributes }) =>
    pool.users.exclusively(Username, async () => {
      const user = existing(pool, Username);
      const { emailVerified } = UserAttributes.reduce(withAttribute, user);
      await pool.users.put({ ...user, emailVerified, modifiedAtMs: pool.now() });
      return {};
    }),
);

function withAttribute(
  user: User,
  { Name, Value }: { readonly Name: string; readonly Value?: string | undefined },
): User {
  if (Name === 'email') throw invalidParameter('user.email: Attribute cannot be updated.');
  if (Name === 'sub') throw invalidParameter('Cannot modify the non-mutable attribute sub.');
  if (Name !== 'email_verified') throw invalidParameter(`The attribute ${Name} is not emulated; email_verified is.`);
  if (Value !== 'true' && Value !== 'false') throw invalidParameter('email_verified should be true or false.');
  return { ...user, emailVerified: Value === 'true' };
}

export const adminSetUserPassword = adminOperation(
  { Username: username, Password: password, Permanent: z.boolean().default(false) },
  async (pool, { Username, Password, Permanent }) => {
    checkPassword(Password, pool.config.passwordPolicy);
    return pool.users.exclusively(Username, async () => {
      const user = existing(pool, Username);
      const passwordHash = await hashPassword(Password);
      const status = Permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
      await pool.users.put({ ...user, passwordHash, status, modifiedAtMs: pool.now() });
      return {};
    });
  },
);

// A guess: refresh tokens of before are good again once the user is enabled. AWS documents the access tokens alone.
export const adminDisableUser = adminOperation({ Username: username }, async (pool, { Username }) =>
  setDisabled(pool, Username, true),
);

export const adminEnableUser = adminOperation({ Username: username }, async (pool, { Username }) =>
  setDisabled(pool, Username, false),
);

const setDisabled = (pool: Pool, name: string, disabled: boolean): Promise<object> =>
  pool.users.exclusively(name, async () => {
    await pool.users.put({ ...existing(pool, name), disabled, modifiedAtMs: pool.now() });
    return {};
  });

export const adminDeleteUser = adminOperation({ Username: username }, async (pool, { Username }) =>
  pool.users.exclusively(Username, async () => {
    await pool.users.delete(existing(pool, Username));
    return {};
  }),
);
