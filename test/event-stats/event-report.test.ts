import fc from 'fast-check';
import type { DirectoryUser } from '../../src/aws/user-directory';
import { eventReport } from '../../src/event-stats/event-report';
import { localDay, utcDay } from '../../src/event-stats/local-days';
import { resolveUsers } from '../../src/event-stats/resolve-users';
import { tallyEvents } from '../../src/event-stats/tally-events';
import { aClock, aDirectory, aUser, chunksOf } from './sample';

// The machine may be busy with other tests.
jest.setTimeout(60_000);

interface Asked {
  readonly dayOf?: (epochMs: number) => number;
  readonly users?: ReadonlyMap<string, DirectoryUser | null>;
  readonly top?: number;
  readonly chunkBytes?: number;
}

async function reportOf(text: string, { dayOf = utcDay, users = new Map(), top = 10, chunkBytes = 4096 }: Asked = {}) {
  const badLines: number[] = [];
  const tally = await tallyEvents(chunksOf(text, chunkBytes), { dayOf, onBadRow: (line) => badLines.push(line) });
  const ids = Array.from(tally.users, ({ id }) => id);
  const needs = { directory: aDirectory(users).directory, sleep: aClock().sleep, random: () => 0 };
  const { events_per_day, ...report } = eventReport(tally, await resolveUsers(needs, ids), top);
  return { ...report, events_per_day: [...events_per_day], badLines };
}

const at = (time: string) => Date.parse(time) / 1000;

test('days without events between others are shown, none before the first or after the last', async () => {
  const { events_per_day } = await reportOf(
    `${at('2026-03-02T00:00:00Z')},a,x\n${at('2026-02-27T23:59:59Z')},a,x\n${at('2026-03-02T05:00:00Z')},b,x\n`,
  );
  expect(events_per_day).toEqual([
    { date: '2026-02-27', events: 1 },
    { date: '2026-02-28', events: 0 },
    { date: '2026-03-01', events: 0 },
    { date: '2026-03-02', events: 2 },
  ]);
});

test('a file without events has no days', async () => {
  expect(await reportOf('epoch,user,event\n')).toEqual({
    events_per_day: [],
    events_per_role: [],
    top_users: [],
    totals: { valid: 0, bad: 0, users: 0, unresolved: 0 },
    badLines: [],
  });
});

test('ties are in the order of the ids, and of the roles', async () => {
  const users = new Map([
    ['a', aUser('zookeeper')],
    ['b', aUser('analyst')],
    ['B', aUser('analyst')],
    ['c', aUser('zookeeper')],
  ]);
  const rows = ['c', 'b', 'a', 'B', 'c', 'b', 'a', 'B', 'd'].map((id) => `1700000000,${id},x\n`).join('');
  const { top_users, events_per_role } = await reportOf(rows, { users, top: 3 });
  expect(top_users.map(({ id }) => id)).toEqual(['B', 'a', 'b']);
  expect(events_per_role).toEqual([
    { role: 'analyst', events: 4 },
    { role: 'zookeeper', events: 4 },
    { role: 'unknown', events: 1 },
  ]);
});

test('a user whom nobody knows, and one without a role, are of the role unknown; one without a name has none', async () => {
  const users = new Map([
    ['known', aUser('analyst', null)],
    ['idle', aUser(null)],
  ]);
  const { top_users, events_per_role, totals } = await reportOf(
    '1700000000,known,x\n1700000000,idle,x\n1700000000,gone,x\n',
    { users },
  );
  expect(events_per_role).toEqual([
    { role: 'unknown', events: 2 },
    { role: 'analyst', events: 1 },
  ]);
  expect(top_users).toEqual([
    { id: 'gone', first_name: null, last_name: null, role: 'unknown', events: 1 },
    { id: 'idle', first_name: 'Ann', last_name: 'Lee', role: 'unknown', events: 1 },
    { id: 'known', first_name: null, last_name: 'Lee', role: 'analyst', events: 1 },
  ]);
  expect(totals).toEqual({ valid: 3, bad: 0, users: 3, unresolved: 1 });
});

test('roles and users may have the names of what every object has', async () => {
  const users = new Map([['__proto__', aUser('constructor')]]);
  expect(await reportOf('1700000000,__proto__,x\n', { users })).toMatchObject({
    events_per_role: [{ role: 'constructor', events: 1 }],
    top_users: [{ id: '__proto__', role: 'constructor' }],
  });
});

test.each([
  [Buffer.from([0x1f, 0x8b, 8]), 'compressed'],
  [Buffer.from('\ufeff1,a,x', 'utf16le'), 'UTF-16'],
])('a file of which no row can be read says so: %#', async (content, words) => {
  const read = tallyEvents(chunksOf(content), { dayOf: utcDay, onBadRow: () => {} });
  await expect(read).rejects.toMatchObject({ code: 'EventsUnreadable', message: expect.stringContaining(words) });
});

// The reference counts what was generated, with plain objects and Intl; it reads no bytes.

const ids = ['a', 'b', 'B', 'ü', '😀', 'x,y', 'q"q', ' pad ', '10', '9', '田中'];
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const someEvent = fc.record({
  kind: fc.constant('event' as const),
  // Around the changes of the clocks at St. John's in 2010, and of the date at Apia in 2011.
  seconds: fc.oneof(
    fc.integer({ min: 1_289_000_000, max: 1_289_300_000 }),
    fc.integer({ min: 1_325_100_000, max: 1_325_400_000 }),
  ),
  inMs: fc.boolean(),
  id: fc.constantFrom(...ids),
  end: fc.constantFrom('\n', '\r\n'),
});
const noEvent = fc.record({
  kind: fc.constantFrom('bad' as const, 'blank' as const),
  text: fc.constantFrom('x', ',,', '1700000000,a', '1700000000,"a,x', '-1,a,x', '1700000000,a,b,c', 'Infinity,a,b'),
  end: fc.constantFrom('\n', '\r\n'),
});

test('the statistics are those of a naive reference, however the file is written and cut', async () => {
  const timezones = ['UTC', 'Europe/Oslo', 'America/St_Johns', 'Pacific/Apia'];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 4, arbitrary: someEvent }, noEvent), { maxLength: 60 }),
      fc.boolean(),
      fc.constantFrom(...timezones),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 12 }),
      async (rows, hasHeader, timeZone, chunkBytes, top) => {
        const lines = rows.map((row) => {
          if (row.kind !== 'event') return (row.kind === 'bad' ? row.text : ' ') + row.end;
          const time = row.inMs ? row.seconds * 1000 : row.seconds;
          return `${time},${quoted(row.id)},"click"${row.end}`;
        });
        const users = new Map(ids.slice(0, 8).map((id, index) => [id, aUser(['r1', 'r2', null][index % 3] ?? null)]));
        const text = (hasHeader ? 'epoch,user,event\n' : '1700000000,a,x,surely bad\n') + lines.join('');
        const dayOf = timeZone === 'UTC' ? utcDay : localDay(timeZone);
        const report = await reportOf(text, { dayOf, users, top, chunkBytes });

        const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
        const days: Record<string, number> = {};
        const roles: Record<string, number> = {};
        const perUser: Record<string, number> = {};
        const events = rows.filter((row) => row.kind === 'event');
        for (const { seconds, id } of events) {
          const date = format.format(seconds * 1000);
          const role = users.get(id)?.role ?? 'unknown';
          days[date] = (days[date] ?? 0) + 1;
          roles[role] = (roles[role] ?? 0) + 1;
          perUser[id] = (perUser[id] ?? 0) + 1;
        }
        const dates = Object.keys(days).sort();
        const span =
          dates.length === 0 ? 0 : (Date.parse(dates.at(-1) ?? '') - Date.parse(dates[0] ?? '')) / 86_400_000 + 1;
        expect(report.events_per_day).toHaveLength(span);
        expect(report.events_per_day.filter((day) => day.events > 0)).toEqual(
          dates.map((date) => ({ date, events: days[date] })),
        );
        const byCount = ([a, x]: [string, number], [b, y]: [string, number]) => y - x || (a < b ? -1 : 1);
        expect(report.events_per_role.map(({ role, events }) => [role, events])).toEqual(
          Object.entries(roles).sort(byCount),
        );
        expect(report.top_users.map(({ id, events }) => [id, events])).toEqual(
          Object.entries(perUser).sort(byCount).slice(0, top),
        );
        const unresolved = Object.keys(perUser).filter((id) => !users.has(id)).length;
        const bad = rows.filter((row) => row.kind === 'bad').length + (hasHeader ? 0 : 1);
        expect(report.totals).toEqual({
          valid: events.length,
          bad,
          users: Object.keys(perUser).length,
          unresolved,
        });
        expect(report.badLines).toHaveLength(bad);
      },
    ),
    { numRuns: 200 },
  );
});
