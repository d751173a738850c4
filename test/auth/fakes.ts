import type { Account, AccountStore, SignedInUser } from '../../src/aws/account-store';
import type { IdentityAdmin } from '../../src/aws/identity-admin';
import type { IdentityProvider, SignIn } from '../../src/aws/identity-provider';

const tokens = { accessToken: 'access', idToken: 'id', refreshToken: 'refresh', expiresInSeconds: 3600 };

/** An identity provider that signs in whoever asks, and notes who was mailed. */
export function anIdentityProvider(
  overrides: Partial<IdentityProvider> = {},
): IdentityProvider & { readonly resent: string[] } {
  const resent: string[] = [];
  return {
    resent,
    signUp: async () => 'confirmation-required',
    resendCode: async (email) => void resent.push(email),
    confirm: async () => {},
    signIn: async (email) => aSignIn({ user: aUser({ email }) }),
    refresh: async () => aSignIn(),
    forgotPassword: async () => {},
    resetPassword: async () => {},
    ...overrides,
  };
}

/** What an administrator may do, in a pool that has `ann@example.com`; notes each change in order. */
export function anIdentityAdmin(
  overrides: Partial<IdentityAdmin> = {},
): IdentityAdmin & { readonly done: readonly string[] } {
  const done: string[] = [];
  const note = async (...words: readonly unknown[]) => void done.push(words.join(' '));
  return {
    done,
    find: async (email) => (email === 'ann@example.com' ? 'sub-1' : undefined),
    create: async (email) => note('create', email).then(() => 'sub-2'),
    setPassword: (id) => note('password', id),
    setEnabled: (id, isEnabled) => note(isEnabled ? 'enable' : 'disable', id),
    setMembership: (id, group, isMember) => note(isMember ? 'join' : 'leave', id, group),
    endSessions: (id) => note('end', id),
    ...overrides,
  };
}

export const aSignIn = (overrides: Partial<SignIn> = {}): SignIn => ({
  tokens,
  user: aUser(),
  authTime: 1000,
  ...overrides,
});

export const aUser = (overrides: Partial<SignedInUser> = {}): SignedInUser => ({
  id: 'sub-1',
  email: 'ann@example.com',
  emailVerified: true,
  groups: [],
  ...overrides,
});

/** Accounts in memory, with the same rules as the table. */
export function anAccountStore(): AccountStore & { readonly accounts: Map<string, Account> } {
  const accounts = new Map<string, Account>();
  const homes = new Map<string, string>();
  const inactive = new Set<string>();
  return {
    accounts,
    find: async (id) => accounts.get(id),
    claimHome: async (home, id) => {
      if (homes.has(home) && homes.get(home) !== id) return false;
      homes.set(home, id);
      return true;
    },
    recordSignIn: async (user, home) => {
      const known = accounts.get(user.id) ?? { home, isActive: !inactive.has(user.id), tokensValidAfter: 0 };
      const account = { ...known, ...user };
      accounts.set(user.id, account);
      return account;
    },
    signOut: async (id, second) => {
      const account = accounts.get(id);
      if (account && account.tokensValidAfter < second) accounts.set(id, { ...account, tokensValidAfter: second });
    },
    setActive: async (id, isActive) => {
      inactive[isActive ? 'delete' : 'add'](id);
      const account = accounts.get(id);
      if (account) accounts.set(id, { ...account, isActive });
    },
    setGroups: async (id, groups) => {
      const account = accounts.get(id);
      if (account) accounts.set(id, { ...account, groups });
    },
  };
}
