import type { IdentityProvider } from '../aws/identity-provider';
import { normaliseEmail } from './email';

export type SignupStatus = 'confirmation_required' | 'confirmed';

/**
 * Creates an account and has a code mailed. An email that has an account gets the same answer, so that nobody can
 * find out who is registered; if it was never confirmed it is mailed a new code. Its password does not change.
 */
export async function signup(
  { identity }: { readonly identity: IdentityProvider },
  { email, password }: { readonly email: string; readonly password: string },
): Promise<SignupStatus> {
  const outcome = await identity.signUp(normaliseEmail(email), password);
  if (outcome === 'exists') await identity.resendCode(normaliseEmail(email));
  return outcome === 'confirmed' ? 'confirmed' : 'confirmation_required';
}
