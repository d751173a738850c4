import type { IdentityProvider, Tokens } from '../aws/identity-provider';
import { AppError } from '../errors';

/** Signs in by password. Throws AppError AuthFailed, whatever the reason. */
export async function signIn(identity: IdentityProvider, user: string, password: string): Promise<Tokens> {
  try {
    return (await identity.signIn(user, password)).tokens;
  } catch (error) {
    throw new AppError('AuthFailed', explain(error), { cause: error });
  }
}

function explain(error: unknown): string {
  if (!(error instanceof AppError)) {
    const { code, message } = error as NodeJS.ErrnoException;
    return `The sign-in service cannot be used (${message || code}). Check the network, and that --outputs is of a deployment that runs.`;
  }
  switch (error.code) {
    case 'InvalidCredentials':
      return 'The email or the password is wrong. Passwords are compared letter by letter.';
    case 'EmailNotConfirmed':
      return 'The email address is not confirmed yet: confirm it with the code that was mailed when you signed up.';
    default:
      return error.message;
  }
}
