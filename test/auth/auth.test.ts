import { confirmSignup } from '../../src/auth/confirm-signup';
import { homeOf } from '../../src/auth/home';
import { login } from '../../src/auth/login';
import { signup } from '../../src/auth/signup';
import { anAccountStore, anIdentityProvider, aUser } from './fakes';

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
    const tokens = await login({ identity: anIdentityProvider(), accounts }, credentials);
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
      signIn: async () => ({ ...(await anIdentityProvider().signIn('', '')), user: aUser({ groups: ['admin'] }) }),
    });
    await login({ identity, accounts }, credentials);
    expect(accounts.accounts.get('sub-1')).toEqual({ ...aUser({ groups: ['admin'] }), ...frozen });
  });

  test('answers for an inactive account as for a wrong password', async () => {
    const accounts = anAccountStore();
    accounts.accounts.set('sub-1', { ...aUser(), home: 'h/', isActive: false, tokensValidAfter: 0 });
    await expect(login({ identity: anIdentityProvider(), accounts }, credentials)).rejects.toMatchObject({
      code: 'InvalidCredentials',
      message: 'The email or the password is wrong.',
    });
  });

  test("gives a later owner of an email a home of their own, not the earlier one's", async () => {
    const accounts = anAccountStore();
    await accounts.claimHome(homeOf('ann@example.com'), 'an earlier sub');
    await login({ identity: anIdentityProvider(), accounts }, credentials);
    expect(accounts.accounts.get('sub-1')?.home).toBe('ann%40example.com~sub-1/');
  });
});

test('no home begins another', () => {
  const homes = ['bob@x.co', 'bob@x.com', 'a/b@x.com', 'a@x.com', 'bob+1@x.com', 'b%2fc@x.com'].map(homeOf);
  for (const home of homes) {
    expect(home.slice(0, -1)).not.toContain('/');
    expect(homes.filter((other) => other.startsWith(home))).toEqual([home]);
  }
});
