import { writeDurably } from '../durable-file';
import { HourlyAttempts, type Kept, SignInAttempts, type Tries, type WrongPasswords } from './attempts';
import { readJson } from './json-file';

/** The attempts at one pool, kept in one file: a lockout that a restart ends would be none. */
export interface Attempts {
  readonly signIns: SignInAttempts;
  /** At mailed codes, of either kind: AWS limits them as well, but 15 is a guess. */
  readonly codes: HourlyAttempts;
  /** At having a code mailed. Source: Cognito developer guide, "Quotas": between 5 and 20, by risk. */
  readonly mails: HourlyAttempts;
}

interface StoredAttempts {
  readonly signIns: Kept<WrongPasswords>;
  readonly codes: Kept<Tries>;
  readonly mails: Kept<Tries>;
}

export async function openAttempts(file: string): Promise<Attempts> {
  const { signIns, codes, mails } = (await readJson<StoredAttempts>(file)) ?? { signIns: [], codes: [], mails: [] };
  const saved = shared(() => writeDurably(file, JSON.stringify(attempts)));
  const attempts: Attempts = {
    signIns: new SignInAttempts(signIns, saved),
    codes: new HourlyAttempts(codes, 15, saved),
    mails: new HourlyAttempts(mails, 20, saved),
  };
  return attempts;
}

/** One write at a time. Whoever comes during one waits for the next, which is the same for all of them. */
function shared(write: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    if (!next) {
      next = last.then(() => {
        next = undefined;
        return write();
      });
      last = next.catch(() => undefined); // Whoever waits for it is told.
    }
    return next;
  };
}
