import type { AccountStore } from '../aws/account-store';
import type { IdentityProvider, Tokens } from '../aws/identity-provider';
import { AppError } from '../errors';

/** New tokens for a refresh token whose account is active and not signed out since. Throws AppError InvalidRefreshToken. */
export async function refresh(
  { identity, accounts }: { readonly identity: IdentityProvider; readonly accounts: AccountStore },
  { refreshToken }: { readonly refreshToken: string },
): Promise<Tokens> {
  const { tokens, user, authTime } = await identity.refresh(refreshToken);
  const account = await accounts.find(user.id);
  if (!account?.isActive || authTime <= account.tokensValidAfter) {
    throw new AppError('InvalidRefreshToken', 'The refresh token has ended. Sign in again.');
  }
  return tokens;
}
