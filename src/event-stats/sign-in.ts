import { type IdentityProvider, SignInChallenge, type Tokens } from '../aws/identity-provider';
import { AppError } from '../errors';

/** What a challenge asks of a person, in words. Source: Cognito API reference, ChallengeNameType. */
const challenges: Readonly<Record<string, string>> = {
  EMAIL_OTP: 'a code that is mailed',
  MFA_SETUP: 'a second factor, which is still to be set up',
  SMS_MFA: 'a code that is sent by SMS',
  SOFTWARE_TOKEN_MFA: 'a code from an authenticator app',
};

/** Signs in by password. Throws AppError AuthFailed, whatever the reason. */
export async function signIn(identity: IdentityProvider, user: string, password: string): Promise<Tokens> {
  try {
    return (await identity.signIn(user, password)).tokens;
  } catch (error) {
    throw new AppError('AuthFailed', explain(error), { cause: error });
  }
}

function explain(error: unknown): string {
  if (error instanceof SignInChallenge) {
    const asked = challenges[error.challenge] ?? `a further step, ${error.challenge}`;
    return `The password is right, but the sign-in asks for ${asked}, which a command line cannot give. Use a user who signs in by password alone, or ask the operator for one.`;
  }
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
