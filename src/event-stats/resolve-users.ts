import type { DirectoryFailure, DirectoryUser, UserDirectory } from '../aws/user-directory';

export interface ResolveNeeds {
  readonly directory: UserDirectory;
  /** Ends early, without an error, when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
}

export interface Resolution {
  /** By id; those whom the directory knows. */
  readonly users: ReadonlyMap<string, DirectoryUser>;
  /** Why each of the others is not known. */
  readonly unresolved: ReadonlyMap<string, string>;
  /** Why the directory was asked no further, or could not be asked at all. */
  readonly unavailable?: string;
}

export const batchUsers = 25;
export const concurrentRequests = 8;
export const triesPerPass = 5;
/** A directory that has failed so often in a row, whoever was asked for, is not asked again. */
export const maxFailuresInARow = 50;
/** A wait is drawn from 0 to this much after the first try, to twice as much after each further one, up to `maxDelayMs`. */
export const firstDelayMs = 200;
export const maxDelayMs = 10_000;
/** The directory may ask to wait longer than that, but no longer than this. */
export const maxRetryAfterMs = 30_000;

/**
 * Asks who the users are: each once where nothing fails. A request that failed is tried again for those that it left
 * open, after a random wait (full jitter). What five tries did not bring is asked for once more at the end, when others
 * have been, with five tries again. A user whom the directory answers with null is not asked for again.
 */
export async function resolveUsers(
  needs: ResolveNeeds,
  ids: readonly string[],
  onProgress: (users: number) => void = () => {},
): Promise<Resolution> {
  const stopping = new AbortController();
  const users = new Map<string, DirectoryUser>();
  const unresolved = new Map<string, string>();
  /** What befell a user's last request. */
  const failures = new Map<string, string>();
  let lastFailure = '';
  let hasAnswered = false;
  let failuresInARow = 0;

  /** Answers those whom one request left open. */
  async function ask(open: readonly string[]): Promise<{ left: string[]; failure?: DirectoryFailure }> {
    const { users: answered, failure } = await needs.directory.fetchUsers(open);
    for (const [id, user] of answered) {
      if (user) users.set(id, user);
      else unresolved.set(id, 'the directory has no user of this id');
    }
    onProgress(users.size + unresolved.size);
    if (answered.size > 0) hasAnswered = true;
    failuresInARow = failure && answered.size === 0 ? failuresInARow + 1 : 0;
    if (!failure) return { left: [] };
    if (failure.kind === 'refused' || failuresInARow >= maxFailuresInARow) stopping.abort();
    const left = open.filter((id) => !answered.has(id));
    for (const id of left) failures.set(id, failure.details);
    lastFailure = failure.details;
    return { left, failure };
  }

  /** Answers those whom no try brought. */
  async function askWithRetries(batch: readonly string[]): Promise<readonly string[]> {
    let open = batch;
    for (let tries = 1; !stopping.signal.aborted; tries += 1) {
      const { left, failure } = await ask(open);
      open = left;
      if (!failure || open.length === 0 || tries === triesPerPass) break;
      await needs.sleep(delayMs(tries, failure, needs.random()), stopping.signal);
    }
    return open;
  }

  async function pass(batches: readonly (readonly string[])[]): Promise<readonly (readonly string[])[]> {
    const left: (readonly string[])[] = [];
    const queue = batches.values();
    const worker = async () => {
      for (const batch of queue) left.push(await askWithRetries(batch));
    };
    await Promise.all(Array.from({ length: concurrentRequests }, worker));
    return left.filter((batch) => batch.length > 0);
  }

  const left = await pass(await pass(inBatches(ids)));
  const isStopped = stopping.signal.aborted;
  for (const id of left.flat()) {
    const failure = failures.get(id);
    unresolved.set(id, failure === undefined ? `not asked: ${lastFailure}` : `the directory failed: ${failure}`);
  }
  const isUnavailable = isStopped || (ids.length > 0 && !hasAnswered);
  return { users, unresolved, ...(isUnavailable && { unavailable: lastFailure }) };
}

function inBatches(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / batchUsers) }, (_, batch) =>
    ids.slice(batch * batchUsers, (batch + 1) * batchUsers),
  );
}

function delayMs(tries: number, { retryAfterMs = 0 }: DirectoryFailure, random: number): number {
  const jitterMs = random * Math.min(firstDelayMs * 2 ** (tries - 1), maxDelayMs);
  return Math.max(jitterMs, Math.min(retryAfterMs, maxRetryAfterMs));
}
