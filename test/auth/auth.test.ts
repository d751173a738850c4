import { confirmSignup } from '../../src/auth/confirm-signup';
import { homeOf } from '../../src/auth/home';
import { login } from '../../src/auth/login';
import { refresh } from '../../src/auth/refresh';
import { resetPassword } from '../../src/auth/reset-password';
import { signOut } from '../../src/auth/sign-out';
import { signup } from '../../src/auth/signup';
import { anAccountStore, anIdentityAdmin, anIdentityProvider, aSignIn, aUser } from './fakes';

const sleep = async () => {};
const credentials = { email: 'ann@example.com', password: 'Correct-horse-1' };

describe('signing up', () => {
  test('answers alike for a new and a known email, and mails the known one again', async () => {
    const fresh = anIdentityProvider();
    const known = anIdentityProvider({ signUp: async () => 'exists' });
    expect(await signup({ identity: fresh }, credentials)).toBe('confirmation_required');
    expect(await signup({ identity: known }, credentials)).toBe('confirmation_required');
    expect(fresh.resent).toEqual([]);
    expect(known.resent).toEqual(['ann@example.com']);
  });

  test('says so when the pool confirms by itself', async () => {
    const identity = anIdentityProvider({ signUp: async () => 'confirmed' });
    expect(await signup({ identity }, credentials)).toBe('confirmed');
  });

  test('takes one spelling of an email throughout', async () => {
    const confirm = jest.fn(async () => {});
    await confirmSignup({ identity: anIdentityProvider({ confirm }) }, { email: ' Ann@Example.COM', code: '123456' });
    expect(confirm).toHaveBeenCalledWith('ann@example.com', '123456');
  });
});

describe('signing in', () => {
  test('writes the account with its home', async () => {
    const accounts = anAccountStore();
    const tokens = await login({ identity: anIdentityProvider(), accounts, sleep }, credentials);
    expect(tokens.accessToken).toBe('access');
    expect(accounts.accounts.get('sub-1')).toEqual({
      ...aUser(),
      home: 'ann%40example.com/',
      isActive: true,
      tokensValidAfter: 0,
    });
  });

  test('keeps home, activity and sign-out of an account it knows, and takes over its groups', async () => {
    const accounts = anAccountStore();
    const frozen = { home: 'frozen/', isActive: true, tokensValidAfter: 7 };
    accounts.accounts.set('sub-1', { ...aUser(), ...frozen });
    const identity = anIdentityProvider({
      signIn: async () => aSignIn({ user: aUser({ groups: ['admin'] }) }),
    });
    await login({ identity, accounts, sleep }, credentials);
    expect(accounts.accounts.get('sub-1')).toEqual({ ...aUser({ groups: ['admin'] }), ...frozen });
  });

  test('answers for an inactive account as for a wrong password', async () => {
    const accounts = anAccountStore();
    accounts.accounts.set('sub-1', { ...aUser(), home: 'h/', isActive: false, tokensValidAfter: 0 });
    await expect(login({ identity: anIdentityProvider(), accounts, sleep }, credentials)).rejects.toMatchObject({
      code: 'InvalidCredentials',
      message: 'The email or the password is wrong.',
    });
  });

  test("gives a later owner of an email a home of their own, not the earlier one's", async () => {
    const accounts = anAccountStore();
    await accounts.claimHome(homeOf('ann@example.com'), 'an earlier sub');
    await login({ identity: anIdentityProvider(), accounts, sleep }, credentials);
    expect(accounts.accounts.get('sub-1')?.home).toBe('ann%40example.com~sub-1/');
  });
});

describe('signing in around a sign-out', () => {
  const signedOutAt = (second: number) => {
    const accounts = anAccountStore();
    accounts.accounts.set('sub-1', { ...aUser(), home: 'h/', isActive: true, tokensValidAfter: second });
    return accounts;
  };

  test('in the same second waits it out, so that its own token is not refused', async () => {
    const authTimes = [1000, 1001];
    const signIn = jest.fn(async () => aSignIn({ authTime: authTimes.shift() ?? 0 }));
    const waited = jest.fn(sleep);
    await login({ identity: anIdentityProvider({ signIn }), accounts: signedOutAt(1000), sleep: waited }, credentials);
    expect([signIn.mock.calls.length, waited.mock.calls]).toEqual([2, [[1000]]]);
  });

  test('with clocks that differ is given up after three tries', async () => {
    const waited = jest.fn(sleep);
    const call = login({ identity: anIdentityProvider(), accounts: signedOutAt(2000), sleep: waited }, credentials);
    await expect(call).rejects.toThrow('older than the last sign-out');
    expect(waited).toHaveBeenCalledTimes(2);
  });

  test.each([
    ['signed out since', { isActive: true, tokensValidAfter: 1000 }],
    ['deactivated', { isActive: false, tokensValidAfter: 0 }],
  ])('a refresh token of an account %s gives nothing', async (_, state) => {
    const accounts = anAccountStore();
    accounts.accounts.set('sub-1', { ...aUser(), home: 'h/', ...state });
    const call = refresh({ identity: anIdentityProvider(), accounts }, { refreshToken: 'r' });
    await expect(call).rejects.toMatchObject({ code: 'InvalidRefreshToken' });
  });

  test('a refresh token of an account that never signed in here gives nothing', async () => {
    const call = refresh({ identity: anIdentityProvider(), accounts: anAccountStore() }, { refreshToken: 'r' });
    await expect(call).rejects.toMatchObject({ code: 'InvalidRefreshToken' });
  });
});

describe('signing out', () => {
  const now = () => 5_999;

  test('is in the record before Cognito is asked, so that a fault there leaves no access token alive', async () => {
    const accounts = anAccountStore();
    accounts.accounts.set('sub-1', { ...aUser(), home: 'h/', isActive: true, tokensValidAfter: 0 });
    const failing = anIdentityAdmin({ endSessions: async () => Promise.reject(new Error('throttled')) });
    await expect(signOut({ admin: failing, accounts, now }, { id: 'sub-1' })).rejects.toThrow('throttled');
    expect(accounts.accounts.get('sub-1')?.tokensValidAfter).toBe(5);
    await signOut({ admin: anIdentityAdmin(), accounts, now }, { id: 'sub-1' });
  });

  test('comes with a new password, and not with a wrong code', async () => {
    const accounts = anAccountStore();
    accounts.accounts.set('sub-1', { ...aUser(), home: 'h/', isActive: true, tokensValidAfter: 0 });
    const request = { email: 'Ann@example.com', code: '1', password: 'Correct-horse-2' };
    const refusing = anIdentityProvider({ resetPassword: async () => Promise.reject(new Error('wrong code')) });
    await expect(
      resetPassword({ identity: refusing, admin: anIdentityAdmin(), accounts, now }, request),
    ).rejects.toThrow();
    expect(accounts.accounts.get('sub-1')?.tokensValidAfter).toBe(0);
    await resetPassword({ identity: anIdentityProvider(), admin: anIdentityAdmin(), accounts, now }, request);
    expect(accounts.accounts.get('sub-1')?.tokensValidAfter).toBe(5);
  });
});

test('no home begins another', () => {
  const homes = ['bob@x.co', 'bob@x.com', 'a/b@x.com', 'a@x.com', 'bob+1@x.com', 'b%2fc@x.com'].map(homeOf);
  for (const home of homes) {
    expect(home.slice(0, -1)).not.toContain('/');
    expect(homes.filter((other) => other.startsWith(home))).toEqual([home]);
  }
});
