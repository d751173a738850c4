import type { ImportState, ImportStateStore, KnownState, Lease } from '../aws/import-state-store';
import type { View } from '../aws/versioned-documents';
import { AppError } from '../errors';

/*
 * One importer at a time. Whoever takes the lease is given a generation that nobody had before, writes under it beside what is
 * there, and makes it current by one conditional write. The lease is renewed while its holder lives; when a holder has died
 * another takes the lease over, and with the same write notes the dead one's generation as abandoned. Should the dead one come
 * back to life, what it still writes is therefore never seen, and it can make nothing current, since the lease is not its own.
 */

export const leaseMs = 10_000;
const renewMs = 2_000;
/** Of attempts to change the state, while other writes of it come between. */
const maxTries = 10;
/** More importers than these have not died of accidents; a rebuild begins a new list. */
const maxAbandoned = 1000;

/** The version of the cleaning: whoever changes what a row means adds one, and operators run a rebuild. */
export const cleaningVersion = 1;

export interface LeaseNeeds {
  readonly states: ImportStateStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

const firstState: ImportState = {
  cleaning: cleaningVersion,
  epoch: 0,
  current: 0,
  next: 1,
  abandoned: [],
  isUnswept: false,
};

export class HeldLease {
  readonly lease: Lease;
  #needs: LeaseNeeds;
  #known: KnownState;
  #renewal: NodeJS.Timeout;
  #changes: Promise<unknown> = Promise.resolve();
  #isLost = false;
  #hasWritten = false;

  /** Takes the lease, for a new epoch or the current one. Throws AppError ImportRunning, RebuildNeeded. */
  static async take(needs: LeaseNeeds, target: 'epoch' | 'generation'): Promise<HeldLease> {
    for (let tries = 1; tries <= maxTries; tries++) {
      const known = await needs.states.read();
      const before = known?.state ?? firstState;
      refuseWhileHeld(before, needs.now());
      if (target === 'generation') refuseOldData(before);
      const generation = before.next;
      const lease: Lease = {
        id: needs.newId(),
        generation,
        epoch: target === 'epoch' ? generation : before.epoch,
        expiresAt: needs.now() + leaseMs,
      };
      const taken = await needs.states.replace(known, { ...withoutLease(before), next: generation + 1, lease });
      if (taken) return new HeldLease(needs, taken, lease);
    }
    throw importRunning(leaseMs);
  }

  private constructor(needs: LeaseNeeds, known: KnownState, lease: Lease) {
    this.#needs = needs;
    this.#known = known;
    this.lease = lease;
    this.#renewal = setInterval(() => {
      // A renewal that fails is made up for by the next, or by `beforeWriting`, which says so.
      this.#renew().catch(() => {});
    }, renewMs).unref();
  }

  get state(): ImportState {
    return this.#known.state;
  }

  /** What readers see. */
  get currentView(): View {
    const { epoch, current, abandoned } = this.state;
    return { epoch, generation: current, abandoned };
  }

  /** What the holder sees: that, and what it has written itself. */
  get ownView(): View {
    const { epoch, generation } = this.lease;
    return { epoch, generation, abandoned: epoch === this.state.epoch ? this.state.abandoned : [] };
  }

  /** To be waited for before each write. Throws AppError ImportInterrupted where the lease is another's by now. */
  async beforeWriting(): Promise<void> {
    this.#hasWritten = true;
    if (this.#isLost) throw interrupted();
    const leftMs = (this.state.lease?.expiresAt ?? 0) - this.#needs.now();
    if (leftMs < leaseMs / 2) await this.#renew();
  }

  /** Makes what was written current, all of it at once. */
  async publish(): Promise<void> {
    const { epoch, generation } = this.lease;
    await this.#change((state) => ({
      ...state,
      cleaning: cleaningVersion,
      epoch,
      current: generation,
      abandoned: epoch === state.epoch ? state.abandoned : [],
      isUnswept: state.isUnswept || epoch !== state.epoch,
    }));
  }

  /** Notes that nothing of other epochs is left. */
  swept(): Promise<void> {
    return this.#change((state) => ({ ...state, isUnswept: false }));
  }

  /** Gives the lease back; what was written and not made current is abandoned. */
  async release(): Promise<void> {
    clearInterval(this.#renewal);
    this.#isLost = true;
    const end = (state: ImportState): ImportState => {
      const { lease, ...unused } = state;
      return this.#hasWritten ? withoutLease(state) : unused;
    };
    // Where this fails the lease is another's already, or expires.
    await this.#change(end).catch(() => {});
  }

  #renew(): Promise<void> {
    return this.#change((state) => ({ ...state, lease: { ...this.lease, expiresAt: this.#needs.now() + leaseMs } }));
  }

  /** One change at a time. Throws AppError ImportInterrupted where the lease is another's. */
  #change(to: (state: ImportState) => ImportState): Promise<void> {
    const change = this.#changes.then(async () => {
      for (let tries = 1; tries <= maxTries; tries++) {
        const written = await this.#needs.states.replace(this.#known, to(this.#known.state));
        if (written) {
          this.#known = written;
          return;
        }
        const now = await this.#needs.states.read();
        if (now?.state.lease?.id !== this.lease.id) {
          this.#isLost = true;
          throw interrupted();
        }
        this.#known = now;
      }
      throw new Error(`the state could not be written in ${maxTries} tries`);
    });
    this.#changes = change.catch(() => {});
    return change;
  }
}

function refuseWhileHeld({ lease }: ImportState, now: number): void {
  if (lease && lease.expiresAt > now) throw importRunning(lease.expiresAt - now);
}

function refuseOldData({ cleaning, abandoned }: ImportState): void {
  if (cleaning === cleaningVersion && abandoned.length < maxAbandoned) return;
  throw new AppError(
    'RebuildNeeded',
    'The clean data were made by another version of the cleaning, or many imports have died. Run datadock import --rebuild.',
  );
}

/** The state without its lease. A generation that did not become current is never to be seen. */
function withoutLease({ lease, ...state }: ImportState): ImportState {
  if (!lease) return state;
  if (lease.epoch !== state.epoch) return { ...state, isUnswept: true };
  return lease.generation === state.current ? state : { ...state, abandoned: [...state.abandoned, lease.generation] };
}

const importRunning = (waitMs: number): AppError =>
  new AppError('ImportRunning', 'Another import is running, or one that died holds its place for some seconds.', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });

const interrupted = (): AppError =>
  new AppError(
    'ImportInterrupted',
    'Another import took over, since this one made too long a pause. Nothing was changed.',
  );
