import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { renameDurably, writeDurably } from '../durable-file';
import { KeyedLock } from '../keyed-lock';
import { foldCase } from './email';

/** A user as it is kept on disk. */
export interface User {
  /** The username too: Cognito makes one up where people sign in by email. */
  readonly sub: string;
  /** As first spelt. Never changes. */
  readonly email: string;
  readonly emailVerified: boolean;
  readonly passwordHash: string;
  /** Whether an administrator shuts the user out. @default false */
  readonly disabled?: boolean;
  readonly status: 'UNCONFIRMED' | 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD' | 'RESET_REQUIRED';
  /** The code that was mailed last, until it is used. */
  readonly confirmation?: MailedCode;
  /** The code for a new password that was mailed last, until it is used. */
  readonly reset?: MailedCode;
  readonly groups: readonly string[];
  /** Grows with each global sign-out, which ends the sessions of earlier ones. */
  readonly tokenGeneration: number;
  /** Sign-ins whose refresh token was revoked by itself, of which a token would still be good. @default none */
  readonly revokedSessions?: readonly RevokedSession[];
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export interface RevokedSession {
  readonly originJti: string;
  /** When the last token of the session has expired, and this need not be remembered any longer. */
  readonly expiresAtSeconds: number;
}

export interface MailedCode {
  readonly code: string;
  readonly expiresAtMs: number;
}

/**
 * The users of one pool: a file each, so that a write costs the same for one user and for ten thousand, and all of
 * them in memory, where they are found by email or by `sub`.
 *
 * A change is written before it is seen. Whoever reads a user and then writes it does both within `exclusively`.
 */
export class UserStore {
  readonly #dir: string;
  readonly #bySub = new Map<string, User>();
  readonly #subByEmail = new Map<string, string>();
  /** By email. */
  readonly #tasks = new KeyedLock();

  private constructor(dir: string) {
    this.#dir = dir;
  }

  static async open(dir: string): Promise<UserStore> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const store = new UserStore(dir);
    for (const name of await readdir(dir)) {
      const file = join(dir, name);
      if (name.endsWith('.json')) store.#remember(JSON.parse(await readFile(file, 'utf8')) as User);
      else await rm(file); // What a crash left half written, or half deleted.
    }
    return store;
  }

  get all(): readonly User[] {
    return [...this.#bySub.values()];
  }

  /** By email, without regard to case, or by `sub`. */
  find(username: string): User | undefined {
    const sub = this.#subByEmail.get(foldCase(username)) ?? username;
    return this.#bySub.get(sub);
  }

  /** One spelling for all the names of a user, and for each name that nobody has yet. */
  keyOf(username: string): string {
    return foldCase(this.find(username)?.email ?? username);
  }

  /** Runs tasks about one user, who need not exist yet, one after another in the order they came. */
  exclusively<T>(username: string, task: () => Promise<T>): Promise<T> {
    return this.#tasks.run(this.keyOf(username), task);
  }

  /** Resolves once the user would survive a crash. */
  async put(user: User): Promise<void> {
    await writeDurably(this.#file(user.sub), JSON.stringify(user));
    this.#remember(user);
  }

  async delete(user: User): Promise<void> {
    const aside = `${this.#file(user.sub)}.deleted`;
    await renameDurably(this.#file(user.sub), aside);
    this.#bySub.delete(user.sub);
    this.#subByEmail.delete(foldCase(user.email));
    await rm(aside);
  }

  #remember(user: User): void {
    this.#bySub.set(user.sub, user);
    this.#subByEmail.set(foldCase(user.email), user.sub);
  }

  #file(sub: string): string {
    return join(this.#dir, `${sub}.json`);
  }
}
