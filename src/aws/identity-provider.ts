import {
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { setting } from '../config';
import { AppError } from '../errors';
import type { SignedInUser } from './account-store';
import { wasSentAgain } from './sent-again';

export interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}

export interface SignIn {
  readonly tokens: Tokens;
  readonly user: SignedInUser;
  /** When the password was given, in seconds since the epoch; refreshed tokens keep it. */
  readonly authTime: number;
}

export interface IdentityProvider {
  /** Answers `exists` for an email that has an account, confirmed or not. Throws AppError PasswordNotAccepted. */
  signUp(email: string, password: string): Promise<'confirmation-required' | 'confirmed' | 'exists'>;
  /** Sends an unconfirmed account a new code. Any other gets nothing, and no error. */
  resendCode(email: string): Promise<void>;
  /** Throws AppError InvalidCode, for an unknown email too. */
  confirm(email: string, code: string): Promise<void>;
  /** Throws AppError InvalidCredentials, EmailNotConfirmed, PasswordIsTemporary, SecondStepRequired, TooManyAttempts. */
  signIn(email: string, password: string): Promise<SignIn>;
  /** New tokens of the same sign-in. Throws AppError InvalidRefreshToken. */
  refresh(refreshToken: string): Promise<SignIn>;
  /** Has a code mailed that allows a new password. An unknown email, or one not confirmed, gets nothing, and no error. */
  forgotPassword(email: string): Promise<void>;
  /**
   * Throws AppError InvalidCode, for an unknown email and a spent code too, and PasswordNotAccepted.
   */
  resetPassword(email: string, code: string, password: string): Promise<void>;
}

let client: CognitoIdentityProviderClient | undefined;

/** A Cognito user pool, through its client. Its operations are unsigned: they need no permission, only the client's id. */
export function cognitoIdentityProvider(): IdentityProvider {
  client ??= new CognitoIdentityProviderClient({});
  const cognito = client;
  const ClientId = setting('COGNITO_CLIENT_ID');

  const initiateAuth = (email: string, password: string) =>
    cognito.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: email, PASSWORD: password },
      }),
    );

  /** Whether this is the password by now. Whoever may sign in learns nothing by it. */
  const isPassword = async (email: string, password: string): Promise<boolean> => {
    try {
      const { AuthenticationResult } = await initiateAuth(email, password);
      return AuthenticationResult !== undefined;
    } catch (error) {
      const known = signInError(error);
      if (known instanceof AppError && known.code !== 'TooManyAttempts') return false;
      throw known;
    }
  };

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
            throw refusedPassword(error);
          case 'InvalidParameterException':
            throw refusedEmail(error);
          default:
            throw unlessThrottled(error);
        }
      }
    },

    async resendCode(email) {
      try {
        await cognito.send(new ResendConfirmationCodeCommand({ ClientId, Username: email }));
      } catch (error) {
        if (!silentErrors.has(nameOf(error))) throw unlessThrottled(error);
      }
    },

    async confirm(email, code) {
      try {
        await cognito.send(new ConfirmSignUpCommand({ ClientId, Username: email, ConfirmationCode: code }));
      } catch (error) {
        // Confirmed already: by the try before.
        if (nameOf(error) === 'NotAuthorizedException' && wasSentAgain(error)) return;
        throw codeError(error);
      }
    },

    async signIn(email, password) {
      try {
        const { AuthenticationResult: result, ChallengeName } = await initiateAuth(email, password);
        if (ChallengeName === 'NEW_PASSWORD_REQUIRED') throw temporaryPassword();
        if (ChallengeName !== undefined) throw secondStep(ChallengeName);
        return signInOf(result, result?.RefreshToken);
      } catch (error) {
        throw signInError(error);
      }
    },

    async refresh(refreshToken) {
      try {
        const { AuthenticationResult: result } = await cognito.send(
          new InitiateAuthCommand({
            ClientId,
            AuthFlow: 'REFRESH_TOKEN_AUTH',
            AuthParameters: { REFRESH_TOKEN: refreshToken },
          }),
        );
        return signInOf(result, result?.RefreshToken ?? refreshToken);
      } catch (error) {
        if (refusedRefreshErrors.has(nameOf(error))) {
          throw new AppError('InvalidRefreshToken', 'The refresh token has ended. Sign in again.', { cause: error });
        }
        throw unlessThrottled(error);
      }
    },

    async forgotPassword(email) {
      try {
        await cognito.send(new ForgotPasswordCommand({ ClientId, Username: email }));
      } catch (error) {
        if (!silentErrors.has(nameOf(error))) throw unlessThrottled(error);
      }
    },

    async resetPassword(email, code, password) {
      try {
        await cognito.send(
          new ConfirmForgotPasswordCommand({ ClientId, Username: email, ConfirmationCode: code, Password: password }),
        );
      } catch (error) {
        // Spent by the try before, if that has set the password; no caller gets a spent code past this.
        const mayBeOurs = nameOf(error) === 'ExpiredCodeException' && wasSentAgain(error);
        if (mayBeOurs && (await isPassword(email, password))) return;
        throw codeError(error);
      }
    },
  };
}

const passwordPolicy = 'needs 12 or more characters';

/** Accounts that get no code: to tell them apart, or one that asks too often, would tell who has an account. */
const silentErrors = new Set([
  'InvalidParameterException', // confirmed already, or with no confirmed email
  'LimitExceededException',
  'NotAuthorizedException', // disabled
  'UserNotFoundException',
]);

const refusedRefreshErrors = new Set([
  'InvalidParameterException', // not the form of a token
  'NotAuthorizedException',
  'PasswordResetRequiredException',
  'UserNotConfirmedException',
  'UserNotFoundException',
]);

const wrongCodeErrors = new Set([
  'InvalidParameterException', // not the form of a code
  'CodeMismatchException',
  'ExpiredCodeException',
  'UserNotFoundException',
  'NotAuthorizedException', // the account is confirmed already
  'AliasExistsException',
]);

/** Its own idea of an email is narrower than the one that browsers have. */
function refusedEmail(cause: unknown): AppError {
  const detail = 'is not an email address that mail can be sent to';
  return new AppError('ValidationFailed', `/email ${detail}`, { cause, faults: [{ pointer: '/email', detail }] });
}

/** An administrator made the account in Cognito itself, and left it half made. */
const temporaryPassword = () =>
  new AppError(
    'PasswordIsTemporary',
    'The password is a temporary one. Ask your administrator for one of your own (datadock users set EMAIL PASSWORD).',
  );

/** What a challenge asks of a person. Source: Cognito API reference, ChallengeNameType. */
const challenges: Readonly<Record<string, string>> = {
  EMAIL_OTP: 'a code that is mailed',
  MFA_SETUP: 'a second factor, which is still to be set up',
  SMS_MFA: 'a code that is sent by SMS',
  SOFTWARE_TOKEN_MFA: 'a code from an authenticator app',
};

/** Our own pool never asks for one; an operator may have changed that. */
function secondStep(challenge: string): AppError {
  const asked = challenges[challenge] ?? `a further step, ${challenge}`;
  return new AppError(
    'SecondStepRequired',
    `The password is right, but the sign-in asks for ${asked}, which cannot be given here. Use a user who signs in by password alone, or ask your administrator for one.`,
  );
}

function refusedPassword(cause: unknown): AppError {
  const faults = [{ pointer: '/password', detail: passwordPolicy }];
  return new AppError('PasswordNotAccepted', `The password ${passwordPolicy}.`, { cause, faults });
}

function codeError(error: unknown): unknown {
  if (nameOf(error) === 'InvalidPasswordException') return refusedPassword(error);
  if (!wrongCodeErrors.has(nameOf(error))) return unlessThrottled(error);
  const faults = [{ pointer: '/code', detail: 'is not the code that was mailed last' }];
  const message = 'The code is wrong or no longer valid. Use the newest one that was mailed.';
  return new AppError('InvalidCode', message, { cause: error, faults });
}

function signInError(error: unknown): unknown {
  switch (nameOf(error)) {
    case 'NotAuthorizedException':
      if ((error as Error).message.startsWith('Password attempts exceeded')) return tooManyAttempts(error);
      return new AppError('InvalidCredentials', 'The email or the password is wrong.', { cause: error });
    case 'InvalidParameterException':
      // Of what was sent, unless the client of the pool lacks the flow, which is our fault.
      if ((error as Error).message.includes('flow not enabled')) return error;
      return new AppError('InvalidCredentials', 'The email or the password is wrong.', { cause: error });
    // Cognito says so whatever the password: to repeat it would tell who has an account. The user was mailed a code.
    case 'PasswordResetRequiredException':
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

function signInOf(result: AuthenticationResultType | undefined, refreshToken: string | undefined): SignIn {
  if (!result?.AccessToken || !result.IdToken || !refreshToken) {
    throw new Error('Cognito answered a sign-in without tokens');
  }
  const claims = claimsOf(result.IdToken);
  return {
    tokens: {
      accessToken: result.AccessToken,
      idToken: result.IdToken,
      refreshToken,
      expiresInSeconds: result.ExpiresIn ?? 3600,
    },
    user: {
      id: claims.sub,
      email: claims.email,
      emailVerified: claims.email_verified,
      groups: claims['cognito:groups'] ?? [],
    },
    authTime: claims.auth_time,
  };
}

interface IdTokenClaims {
  readonly sub: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly auth_time: number;
  readonly 'cognito:groups'?: readonly string[];
}

/** The token came from Cognito over TLS a moment ago, so its signature needs no check. */
function claimsOf(token: string): IdTokenClaims {
  const payload = token.split('.')[1] ?? '';
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
