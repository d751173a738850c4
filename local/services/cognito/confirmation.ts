import { randomInt } from 'node:crypto';
import { CognitoError, limitExceeded } from './errors';
import type { Pool } from './pool';
import type { MailedCode, User } from './users';

const hourMs = 60 * 60_000;

/** How long a code is good for. Source: Cognito developer guide, "Quotas", validity of codes. */
export const codeLifeMs = { confirmation: 24 * hourMs, reset: hourMs };

export function newCode(nowMs: number, lifeMs = codeLifeMs.confirmation): MailedCode {
  return { code: String(randomInt(1_000_000)).padStart(6, '0'), expiresAtMs: nowMs + lifeMs };
}

/** Throws CognitoError LimitExceededException for a name, of a user or of nobody, whose codes were tried too often. */
export async function admitCode(pool: Pool, username: string): Promise<void> {
  if (!(await pool.attempts.codes.admit(pool.users.keyOf(username), pool.now()))) throw limitExceeded();
}

/** Throws CognitoError CodeMismatchException, ExpiredCodeException. */
export function checkCode(code: string, mailed: MailedCode | undefined, nowMs: number): void {
  if (!mailed || nowMs >= mailed.expiresAtMs) throw expiredCode();
  if (mailed.code !== code) throw codeMismatch();
}

const expiredCode = (): CognitoError =>
  new CognitoError('ExpiredCodeException', 'Invalid code provided, please request a code again.');

export const codeMismatch = (): CognitoError =>
  new CognitoError('CodeMismatchException', 'Invalid verification code provided, please try again.');

/** Throws CognitoError LimitExceededException for a name, of a user or of nobody, that asks for mail too often. */
export async function admitMail(pool: Pool, username: string): Promise<void> {
  if (!(await pool.attempts.mails.admit(pool.users.keyOf(username), pool.now()))) throw limitExceeded();
}

/** Mails the user's code. Throws CognitoError CodeDeliveryFailureException; the code stays good, and another can be asked for. */
export async function mailCode(pool: Pool, user: User, { code }: MailedCode): Promise<void> {
  const { subject, message } = pool.config.verificationMail;
  try {
    await pool.deliver({
      to: user.email,
      subject,
      text: message.replaceAll('{####}', code),
      code,
      sent_at: new Date(pool.now()).toISOString(),
    });
  } catch (error) {
    throw new CognitoError('CodeDeliveryFailureException', 'The confirmation code could not be mailed.', {
      cause: error,
    });
  }
}
