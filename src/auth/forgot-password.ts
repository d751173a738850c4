import type { IdentityProvider } from '../aws/identity-provider';
import { normaliseEmail } from './email';

/** Mails an account a code for a new password. Never tells whether there is one. */
export async function forgotPassword(
  { identity }: { readonly identity: IdentityProvider },
  { email }: { readonly email: string },
): Promise<void> {
  await identity.forgotPassword(normaliseEmail(email));
}
