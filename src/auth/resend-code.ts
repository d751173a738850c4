import type { IdentityProvider } from '../aws/identity-provider';
import { normaliseEmail } from './email';

/** Mails an unconfirmed account a new code. Never tells whether there is one. */
export async function resendCode(
  { identity }: { readonly identity: IdentityProvider },
  { email }: { readonly email: string },
): Promise<void> {
  await identity.resendCode(normaliseEmail(email));
}
