import type { EventFile, EventStore } from '../aws/event-store';
import type { IdentityPool, SessionCredentials } from '../aws/identity-pool';
import type { IdentityProvider, Tokens } from '../aws/identity-provider';
import type { UserDirectory } from '../aws/user-directory';
import { AppError } from '../errors';
import { type EventReport, eventReport } from './event-report';
import type { DayOf } from './local-days';
import { type ResolveNeeds, resolveUsers } from './resolve-users';
import { signIn } from './sign-in';
import { tallyEvents } from './tally-events';

// From a username and a password to the report: sign in, get credentials for the bucket, read the events from it, ask who
// the users are. Each hop that fails throws an error of its own, save the last one: what the events alone tell is reported.

export interface EventStatisticsNeeds extends Omit<ResolveNeeds, 'directory'> {
  readonly identity: IdentityProvider;
  readonly identityPool: () => IdentityPool;
  readonly eventStore: (credentials: SessionCredentials) => EventStore;
  /** Asks which file is meant, where the request does not say; the last keys of the bucket are there to choose from. */
  readonly chooseKey: (bucket: string, lastKeys: readonly string[]) => Promise<string>;
  /** Opens a file of this machine. Throws AppError EventsUnreadable. */
  readonly openFile: (path: string) => Promise<EventFile>;
  readonly directory: (token: () => Promise<string>) => UserDirectory;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface EventStatisticsRequest {
  readonly user: string;
  readonly password: string;
  readonly events:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'object'; readonly bucket: string; readonly key?: string };
  readonly dayOf: DayOf;
  readonly top: number;
}

/** Who is told of what, as it happens. */
export interface Watcher {
  readonly badRow: (line: number, details: string) => void;
  /** Of the size, which is not always known. */
  readonly read: (bytes: number, size: number | undefined) => void;
  readonly resolved: (users: number, of: number) => void;
}

export interface EventStatistics {
  readonly report: EventReport;
  /** Why each user is not known whose role is `unknown` in the report, by id. */
  readonly unresolved: ReadonlyMap<string, string>;
  /** Why the directory could not be asked about all users. */
  readonly unavailable?: string;
}

/** Throws AppError AuthFailed, IdentityFailed, S3Denied, S3NotFound, S3Unavailable, EventsUnreadable. */
export async function eventStatistics(
  needs: EventStatisticsNeeds,
  { user, password, events, dayOf, top }: EventStatisticsRequest,
  watcher: Watcher,
): Promise<EventStatistics> {
  const signedInAtMs = needs.now();
  const tokens = await signIn(needs.identity, user, password);

  const { chunks, size } = await open(needs, tokens, events);
  const tally = await tallyEvents(chunks, {
    dayOf,
    onBadRow: watcher.badRow,
    onProgress: (bytes) => watcher.read(bytes, size),
  });

  const directory = needs.directory(freshToken(needs, tokens, signedInAtMs));
  const ids = Array.from(tally.users, ({ id }) => id);
  const resolution = await resolveUsers({ ...needs, directory }, ids, (resolved) =>
    watcher.resolved(resolved, ids.length),
  );

  const { unresolved, unavailable } = resolution;
  const report = eventReport(tally, resolution, top);
  return { report, unresolved, ...(unavailable !== undefined && { unavailable }) };
}

async function open(
  needs: EventStatisticsNeeds,
  tokens: Tokens,
  events: EventStatisticsRequest['events'],
): Promise<EventFile> {
  if (events.kind === 'file') return needs.openFile(events.path);
  const store = needs.eventStore(await needs.identityPool().credentialsFor(tokens.idToken));
  const { bucket } = events;
  return store.open(bucket, events.key ?? (await needs.chooseKey(bucket, await lastKeys(store, bucket))));
}

async function lastKeys(store: EventStore, bucket: string): Promise<readonly string[]> {
  const keys = await store.lastKeys(bucket, offeredKeys);
  if (keys.length > 0) return keys;
  throw new AppError('S3NotFound', `There is no file in the bucket ${bucket} yet. Give --file a file of this machine.`);
}

/** Reading may take longer than a token lives: a token that is about to end is exchanged for a new one. */
function freshToken({ identity, now }: EventStatisticsNeeds, tokens: Tokens, issuedAtMs: number) {
  let token = Promise.resolve(tokens.accessToken);
  let endsAtMs = issuedAtMs + tokens.expiresInSeconds * 1000;
  return () => {
    if (now() > endsAtMs - minuteMs) {
      token = identity.refresh(tokens.refreshToken).then((renewed) => renewed.tokens.accessToken);
      endsAtMs = now() + tokens.expiresInSeconds * 1000;
    }
    return token;
  };
}

const minuteMs = 60_000;
/** As many as a person looks through. */
const offeredKeys = 10;
