/**
 * Who may try again, and when. Kept in memory only: a restart forgives, which a cloud on one's own machine may. Names
 * that nobody has are counted like any other, so that a refusal does not tell who has an account. At most 10 000
 * names are kept; the one that was quiet for longest is forgotten first.
 */
const maxNames = 10_000;
const fifteenMinutesMs = 15 * 60_000;
const hourMs = 60 * 60_000;

/**
 * The lockout of sign-ins by password: after n >= 5 wrong ones the user is locked out for 2^(n-5) seconds, at most 15
 * minutes. A try meanwhile changes nothing. A right password, or 15 minutes without a try, start it afresh.
 * Source: Cognito developer guide, "Lockout behavior for failed sign-in attempts".
 */
export class SignInAttempts {
  readonly #names = new Map<string, { wrong: number; lockedUntilMs: number; lastMs: number }>();

  isLocked(name: string, nowMs: number): boolean {
    const attempts = this.#names.get(name);
    if (!attempts) return false;
    if (nowMs - attempts.lastMs >= fifteenMinutesMs) {
      this.#names.delete(name);
      return false;
    }
    attempts.lastMs = nowMs;
    return nowMs < attempts.lockedUntilMs;
  }

  wrong(name: string, nowMs: number): void {
    const wrong = (this.#names.get(name)?.wrong ?? 0) + 1;
    const lockMs = wrong < 5 ? 0 : Math.min(1000 * 2 ** (wrong - 5), fifteenMinutesMs);
    remember(this.#names, name, { wrong, lockedUntilMs: nowMs + lockMs, lastMs: nowMs });
  }

  right(name: string): void {
    this.#names.delete(name);
  }
}

/** The tries at a mailed code, right ones too: 15 an hour for each user. AWS limits them as well; the number is a guess. */
export class CodeAttempts {
  readonly #names = new Map<string, { count: number; readonly sinceMs: number }>();

  /** Counts a try, and answers whether it may be made. */
  admit(name: string, nowMs: number): boolean {
    const attempts = this.#names.get(name);
    if (!attempts || nowMs - attempts.sinceMs >= hourMs) {
      remember(this.#names, name, { count: 1, sinceMs: nowMs });
      return true;
    }
    attempts.count += 1;
    return attempts.count <= 15;
  }
}

function remember<T>(names: Map<string, T>, name: string, value: T): void {
  names.delete(name);
  names.set(name, value);
  if (names.size > maxNames) {
    const [oldest] = names.keys();
    if (oldest !== undefined) names.delete(oldest);
  }
}
