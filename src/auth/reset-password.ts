import type { AccountStore } from '../aws/account-store';
import type { IdentityAdmin } from '../aws/identity-admin';
import type { IdentityProvider } from '../aws/identity-provider';
import { normaliseEmail } from './email';
import { signOut } from './sign-out';

interface ResetNeeds {
  readonly identity: IdentityProvider;
  readonly admin: IdentityAdmin;
  readonly accounts: AccountStore;
  readonly now: () => number;
}

interface ResetRequest {
  readonly email: string;
  readonly code: string;
  readonly password: string;
}

/**
 * Sets a new password by a code that was mailed, and ends whatever sessions the old one had. Where a fault leaves those, the
 * code is spent: another reset, with a new code, ends them.
 * Throws AppError InvalidCode, PasswordNotAccepted, TooManyAttempts.
 */
export async function resetPassword(needs: ResetNeeds, { email, code, password }: ResetRequest): Promise<void> {
  const username = normaliseEmail(email);
  await needs.identity.resetPassword(username, code, password);
  const id = await needs.admin.find(username);
  if (id === undefined) throw new Error('Cognito took a code of a user whom it does not know');
  await signOut(needs, { id });
}
