import type { AccountStore } from '../aws/account-store';
import type { IdentityProvider, Tokens } from '../aws/identity-provider';
import { AppError } from '../errors';
import { normaliseEmail } from './email';
import { homeOf, homeOfLaterUser } from './home';

/**
 * Signs in by password and writes the account's record, which every later request is judged by.
 * Throws AppError InvalidCredentials, for an inactive account too, EmailNotConfirmed, TooManyAttempts.
 */
export async function login(
  { identity, accounts }: { readonly identity: IdentityProvider; readonly accounts: AccountStore },
  { email, password }: { readonly email: string; readonly password: string },
): Promise<Tokens> {
  const { tokens, user } = await identity.signIn(normaliseEmail(email), password);
  const known = await accounts.find(user.id);
  const home = known?.home ?? (await claimHome(accounts, user));
  const account = await accounts.recordSignIn(user, home);
  if (!account.isActive) throw new AppError('InvalidCredentials', 'The email or the password is wrong.');
  return tokens;
}

async function claimHome(accounts: AccountStore, user: { readonly id: string; readonly email: string }) {
  const home = homeOf(user.email);
  if (await accounts.claimHome(home, user.id)) return home;
  return homeOfLaterUser(user);
}
