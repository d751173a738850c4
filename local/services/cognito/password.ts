import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { CognitoError } from './errors';
import type { User } from './users';

/** CloudFormation's `Policies.PasswordPolicy` of AWS::Cognito::UserPool. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requireLowercase: boolean;
  readonly requireUppercase: boolean;
  readonly requireNumbers: boolean;
  readonly requireSymbols: boolean;
}

// Source: Cognito developer guide, "Adding user pool password requirements".
const symbol = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/;

/** Throws CognitoError InvalidPasswordException with the first rule that is broken. */
export function checkPassword(password: string, policy: PasswordPolicy): void {
  const broken =
    [...password].length < policy.minimumLength
      ? 'Password not long enough'
      : policy.requireLowercase && !/[a-z]/.test(password)
        ? 'Password must have lowercase characters'
        : policy.requireUppercase && !/[A-Z]/.test(password)
          ? 'Password must have uppercase characters'
          : policy.requireNumbers && !/[0-9]/.test(password)
            ? 'Password must have numeric characters'
            : policy.requireSymbols && !symbol.test(password)
              ? 'Password must have symbol characters'
              : undefined;
  if (broken) throw new CognitoError('InvalidPasswordException', `Password did not conform with policy: ${broken}`);
}

/** Throws CognitoError PasswordResetRequiredException for a user who must choose another first. */
export function checkPasswordStands({ status }: User): void {
  if (status === 'RESET_REQUIRED') {
    throw new CognitoError('PasswordResetRequiredException', 'Password reset required for the user');
  }
}

const keyBytes = 32;
const saltBytes = 16;

/** `SALT:KEY`, both hexadecimal, by scrypt at Node's default cost: about 50 ms, off the event loop. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await derive(password, salt);
  return `${salt.toString('hex')}:${key.toString('hex')}`;
}

/** Takes as long for a user that does not exist (no hash) as for one that does. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [salt = '', key = ''] = (hash ?? hashOfNobody).split(':');
  const derived = await derive(password, Buffer.from(salt, 'hex'));
  return timingSafeEqual(derived, Buffer.from(key, 'hex')) && hash !== undefined;
}

const hashOfNobody = `${'0'.repeat(2 * saltBytes)}:${'0'.repeat(2 * keyBytes)}`;

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password, salt, keyBytes, (error, key) => (error ? reject(error) : resolve(key))),
  );
}
