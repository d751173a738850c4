import type { DirectoryUser } from '../aws/user-directory';
import { dateOf } from './local-days';
import type { Resolution } from './resolve-users';
import type { Tally } from './tally-events';

/** The statistics, in the names and the order in which every format shows them. */
export interface EventReport {
  /** By date, the days without events between them too; made as it is read. */
  readonly events_per_day: Iterable<{ readonly date: string; readonly events: number }>;
  /** The most events first, then by role. */
  readonly events_per_role: readonly { readonly role: string; readonly events: number }[];
  /** The most events first, then by id. */
  readonly top_users: readonly TopUser[];
  readonly totals: {
    /** Rows that are events. */
    readonly valid: number;
    readonly bad: number;
    readonly users: number;
    /** Users whom the directory does not know, or could not be asked about. */
    readonly unresolved: number;
  };
}

export interface TopUser {
  readonly id: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly role: string;
  readonly events: number;
}

/** The role of users whom the directory did not tell of, or who have none. */
export const unknownRole = 'unknown';

/** The same input gives the same report, in whatever order the users were resolved. */
export function eventReport({ days, users, valid, bad }: Tally, resolution: Resolution, top: number): EventReport {
  const roles = new Map<string, number>();
  const ranking: { readonly id: string; readonly events: number }[] = [];
  for (const user of users) {
    const role = roleOf(resolution.users.get(user.id));
    roles.set(role, (roles.get(role) ?? 0) + user.events);
    ranking.push(user);
  }
  return {
    events_per_day: { [Symbol.iterator]: () => everyDay(days) },
    events_per_role: [...roles]
      .map(([role, events]) => ({ role, events }))
      .sort((a, b) => b.events - a.events || byText(a.role, b.role)),
    top_users: ranking
      .sort((a, b) => b.events - a.events || byText(a.id, b.id))
      .slice(0, top)
      .map(({ id, events }) => topUser(id, resolution.users.get(id), events)),
    totals: { valid, bad, users: users.size, unresolved: resolution.unresolved.size },
  };
}

function* everyDay(days: Tally['days']) {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const day of days.keys()) {
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  for (let day = first; day <= last; day += 1) yield { date: dateOf(day), events: days.get(day) ?? 0 };
}

const roleOf = (user: DirectoryUser | undefined): string => user?.role ?? unknownRole;

const topUser = (id: string, user: DirectoryUser | undefined, events: number): TopUser => ({
  id,
  first_name: user?.firstName ?? null,
  last_name: user?.lastName ?? null,
  role: roleOf(user),
  events,
});

/** By code units, which does not depend on anyone's language. */
const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
