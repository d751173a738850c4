import type { IdentityProvider } from '../aws/identity-provider';
import { normaliseEmail } from './email';

/** Confirms an email by the code that was mailed to it. Throws AppError InvalidCode. */
export async function confirmSignup(
  { identity }: { readonly identity: IdentityProvider },
  { email, code }: { readonly email: string; readonly code: string },
): Promise<void> {
  await identity.confirm(normaliseEmail(email), code);
}
