import {
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { setting } from '../config';
import { AppError } from '../errors';
import type { SignedInUser } from './account-store';

export interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}

export interface IdentityProvider {
  /** Answers `exists` for an email that has an account, confirmed or not. Throws AppError PasswordNotAccepted. */
  signUp(email: string, password: string): Promise<'confirmation-required' | 'confirmed' | 'exists'>;
  /** Sends an unconfirmed account a new code. Any other gets nothing, and no error. */
  resendCode(email: string): Promise<void>;
  /** Throws AppError InvalidCode, for an unknown email too. */
  confirm(email: string, code: string): Promise<void>;
  /** Throws AppError InvalidCredentials, EmailNotConfirmed, TooManyAttempts. */
  signIn(email: string, password: string): Promise<{ readonly tokens: Tokens; readonly user: SignedInUser }>;
}

let client: CognitoIdentityProviderClient | undefined;

/** A Cognito user pool, through its client. Its operations are unsigned: they need no permission, only the client's id. */
export function cognitoIdentityProvider(): IdentityProvider {
  client ??= new CognitoIdentityProviderClient({});
  const cognito = client;
  const ClientId = setting('COGNITO_CLIENT_ID');

  return {
    async signUp(email, password) {
      try {
        const { UserConfirmed } = await cognito.send(
          new SignUpCommand({
            ClientId,
            Username: email,
            Password: password,
            UserAttributes: [{ Name: 'email', Value: email }],
          }),
        );
        return UserConfirmed ? 'confirmed' : 'confirmation-required';
      } catch (error) {
        switch (nameOf(error)) {
          case 'UsernameExistsException':
            return 'exists';
          case 'InvalidPasswordException':
            throw new AppError('PasswordNotAccepted', `The password ${passwordPolicy}.`, {
              cause: error,
              faults: [{ pointer: '/password', detail: passwordPolicy }],
            });
          default:
            throw unlessThrottled(error);
        }
      }
    },

    async resendCode(email) {
      try {
        await cognito.send(new ResendConfirmationCodeCommand({ ClientId, Username: email }));
      } catch (error) {
        if (!silentResendErrors.has(nameOf(error))) throw unlessThrottled(error);
      }
    },

    async confirm(email, code) {
      try {
        await cognito.send(new ConfirmSignUpCommand({ ClientId, Username: email, ConfirmationCode: code }));
      } catch (error) {
        if (wrongCodeErrors.has(nameOf(error))) {
          throw new AppError(
            'InvalidCode',
            'The code is wrong or no longer valid. Use the newest one that was mailed.',
            {
              cause: error,
              faults: [{ pointer: '/code', detail: 'is not the code that was mailed last' }],
            },
          );
        }
        throw unlessThrottled(error);
      }
    },

    async signIn(email, password) {
      try {
        const { AuthenticationResult: result } = await cognito.send(
          new InitiateAuthCommand({
            ClientId,
            AuthFlow: 'USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME: email, PASSWORD: password },
          }),
        );
        if (!result?.AccessToken || !result.IdToken || !result.RefreshToken) {
          throw new Error('Cognito answered a sign-in with a challenge');
        }
        return {
          tokens: {
            accessToken: result.AccessToken,
            idToken: result.IdToken,
            refreshToken: result.RefreshToken,
            expiresInSeconds: result.ExpiresIn ?? 3600,
          },
          user: userOfIdToken(result.IdToken),
        };
      } catch (error) {
        throw signInError(error);
      }
    },
  };
}

const passwordPolicy =
  'needs 12 or more characters, among them a lower-case letter, an upper-case letter, a digit and a symbol';

/** A confirmed account, an unknown one, and one that asks too often: to tell them apart would tell who has an account. */
const silentResendErrors = new Set(['InvalidParameterException', 'UserNotFoundException', 'LimitExceededException']);

const wrongCodeErrors = new Set([
  'CodeMismatchException',
  'ExpiredCodeException',
  'UserNotFoundException',
  'NotAuthorizedException', // the account is confirmed already
  'AliasExistsException',
]);

function signInError(error: unknown): unknown {
  switch (nameOf(error)) {
    case 'NotAuthorizedException':
      if ((error as Error).message.startsWith('Password attempts exceeded')) return tooManyAttempts(error);
      return new AppError('InvalidCredentials', 'The email or the password is wrong.', { cause: error });
    case 'UserNotFoundException':
      return new AppError('InvalidCredentials', 'The email or the password is wrong.', { cause: error });
    case 'UserNotConfirmedException':
      return new AppError('EmailNotConfirmed', 'Send the code that was mailed to POST /auth/confirm first.', {
        cause: error,
      });
    default:
      return unlessThrottled(error);
  }
}

function unlessThrottled(error: unknown): unknown {
  return throttlingErrors.has(nameOf(error)) ? tooManyAttempts(error) : error;
}

const throttlingErrors = new Set([
  'TooManyRequestsException',
  'LimitExceededException',
  'TooManyFailedAttemptsException',
]);

function tooManyAttempts(cause: unknown): AppError {
  return new AppError('TooManyAttempts', 'Too many attempts. Wait a minute, then try again.', {
    cause,
    retryAfterSeconds: 60,
  });
}

/** The token came from Cognito over TLS a moment ago, so its signature needs no check. */
function userOfIdToken(token: string): SignedInUser {
  const payload = token.split('.')[1] ?? '';
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as {
    readonly sub: string;
    readonly email: string;
    readonly email_verified: boolean;
    readonly 'cognito:groups'?: readonly string[];
  };
  return {
    id: claims.sub,
    email: claims.email,
    emailVerified: claims.email_verified,
    groups: claims['cognito:groups'] ?? [],
  };
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
