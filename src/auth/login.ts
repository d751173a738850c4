import type { AccountStore } from '../aws/account-store';
import type { IdentityProvider, Tokens } from '../aws/identity-provider';
import { AppError } from '../errors';
import { normaliseEmail } from './email';
import { homeOf, homeOfLaterUser } from './home';

interface LoginNeeds {
  readonly identity: IdentityProvider;
  readonly accounts: AccountStore;
  readonly sleep: (ms: number) => Promise<unknown>;
}

interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** A sign-in in the second of a sign-out, and one more where the clocks of Cognito and Lambda differ. */
const maxTries = 3;

/**
 * Signs in by password and writes the account's record, which every later request is judged by. Sign-out is kept in whole
 * seconds: a sign-in in the same second would be refused as one before it, so that second is waited out.
 * Throws AppError InvalidCredentials, for an inactive account too, EmailNotConfirmed, TooManyAttempts.
 */
export async function login(
  { identity, accounts, sleep }: LoginNeeds,
  { email, password }: Credentials,
): Promise<Tokens> {
  for (let tries = 1; ; tries++) {
    const { tokens, user, authTime } = await identity.signIn(normaliseEmail(email), password);
    const known = await accounts.find(user.id);
    const home = known?.home ?? (await claimHome(accounts, user));
    const account = await accounts.recordSignIn(user, home);
    if (!account.isActive) throw new AppError('InvalidCredentials', 'The email or the password is wrong.');
    if (authTime > account.tokensValidAfter) return tokens;
    if (tries === maxTries) throw new Error('the token of a sign-in is older than the last sign-out');
    await sleep(1000);
  }
}

async function claimHome(accounts: AccountStore, user: { readonly id: string; readonly email: string }) {
  const home = homeOf(user.email);
  if (await accounts.claimHome(home, user.id)) return home;
  return homeOfLaterUser(user);
}
