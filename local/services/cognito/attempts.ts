import { createHash } from 'node:crypto';

/**
 * Who may try again, and when. Names that nobody has are counted like any other, so that a refusal does not tell who has
 * an account; they are kept as hashes, since people type passwords where names go. At most 10 000 are kept; the one that
 * was quiet for longest is forgotten first. `saved` resolves once what was counted would survive a crash.
 */
const maxNames = 10_000;
const fifteenMinutesMs = 15 * 60_000;
const hourMs = 60 * 60_000;

export interface WrongPasswords {
  readonly wrong: number;
  readonly lockedUntilMs: number;
  readonly lastMs: number;
}

/**
 * The lockout of sign-ins by password: after n >= 5 wrong ones the user is locked out for 2^(n-5) seconds, at most 15
 * minutes. A try meanwhile changes nothing. A right password, or 15 minutes without a try, start it afresh.
 * Source: Cognito developer guide, "Lockout behavior for failed sign-in attempts".
 */
export class SignInAttempts {
  readonly #names: Map<string, WrongPasswords>;
  readonly #saved: () => Promise<void>;

  constructor(kept: Kept<WrongPasswords>, saved: () => Promise<void>) {
    this.#names = new Map(kept);
    this.#saved = saved;
  }

  isLocked(name: string, nowMs: number): boolean {
    const key = keyOf(name);
    const attempts = this.#names.get(key);
    if (!attempts) return false;
    if (nowMs - attempts.lastMs >= fifteenMinutesMs) {
      this.#names.delete(key);
      return false;
    }
    remember(this.#names, key, { ...attempts, lastMs: nowMs });
    return nowMs < attempts.lockedUntilMs;
  }

  async wrong(name: string, nowMs: number): Promise<void> {
    const key = keyOf(name);
    const wrong = (this.#names.get(key)?.wrong ?? 0) + 1;
    const lockMs = wrong < 5 ? 0 : Math.min(1000 * 2 ** (wrong - 5), fifteenMinutesMs);
    remember(this.#names, key, { wrong, lockedUntilMs: nowMs + lockMs, lastMs: nowMs });
    await this.#saved();
  }

  async right(name: string): Promise<void> {
    if (this.#names.delete(keyOf(name))) await this.#saved();
  }

  toJSON(): Kept<WrongPasswords> {
    return [...this.#names];
  }
}

export interface Tries {
  readonly count: number;
  readonly sinceMs: number;
}

/** So many tries an hour for each name, right ones too. */
export class HourlyAttempts {
  readonly #names: Map<string, Tries>;
  readonly #most: number;
  readonly #saved: () => Promise<void>;

  constructor(kept: Kept<Tries>, most: number, saved: () => Promise<void>) {
    this.#names = new Map(kept);
    this.#most = most;
    this.#saved = saved;
  }

  /** Counts a try, and answers whether it may be made. */
  async admit(name: string, nowMs: number): Promise<boolean> {
    const key = keyOf(name);
    const attempts = this.#names.get(key);
    const isFirst = !attempts || nowMs - attempts.sinceMs >= hourMs;
    if (!isFirst && attempts.count >= this.#most) return false;
    remember(this.#names, key, isFirst ? { count: 1, sinceMs: nowMs } : { ...attempts, count: attempts.count + 1 });
    await this.#saved();
    return true;
  }

  toJSON(): Kept<Tries> {
    return [...this.#names];
  }
}

/** By the hash of the name, the quietest first. */
export type Kept<T> = readonly (readonly [string, T])[];

const keyOf = (name: string): string => createHash('sha256').update(name).digest('base64url');

function remember<T>(names: Map<string, T>, key: string, value: T): void {
  names.delete(key);
  names.set(key, value);
  if (names.size > maxNames) {
    const [quietest] = names.keys();
    if (quietest !== undefined) names.delete(quietest);
  }
}
