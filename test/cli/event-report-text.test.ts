import { type ReportFormat, reportText } from '../../src/cli/event-report-text';
import type { EventReport } from '../../src/event-stats/event-report';

const report: EventReport = {
  events_per_day: [
    { date: '2026-11-20', events: 1_204 },
    { date: '2026-11-21', events: 0 },
  ],
  events_per_role: [
    { role: 'analyst', events: 1_200 },
    { role: 'unknown', events: 4 },
  ],
  top_users: [
    { id: 'u1', first_name: '美咲', last_name: '鈴木', role: 'analyst', events: 700 },
    { id: 'u,2', first_name: 'Zoë', last_name: 'O"Hara', role: 'analyst', events: 500 },
    { id: 'u3', first_name: null, last_name: null, role: 'unknown', events: 4 },
  ],
  totals: { valid: 1_204, bad: 2, users: 3, unresolved: 1 },
};
const empty: EventReport = {
  events_per_day: [],
  events_per_role: [],
  top_users: [],
  totals: { valid: 0, bad: 0, users: 0, unresolved: 0 },
};
const text = (format: ReportFormat, of = report) => [...reportText(of, format, 'Europe/Oslo')].join('');

test('a table has its columns aligned, wide characters too', () => {
  expect(text('table')).toBe(`Events per day (Europe/Oslo)

Date        Events
----------  ------
2026-11-20    1204
2026-11-21       0

Events per role

Role     Events
-------  ------
analyst    1200
unknown       4

Top 3 users

Id   First name  Last name  Role     Events
---  ----------  ---------  -------  ------
u1   美咲        鈴木       analyst     700
u,2  Zoë         O"Hara     analyst     500
u3                          unknown       4

Events: 1204, users: 3, bad rows: 2, unresolved users: 1
`);
});

test('JSON is one object, with a line for each row', () => {
  expect(JSON.parse(text('json'))).toEqual(report);
  expect(text('json').split('\n')[1]).toBe('{"date":"2026-11-20","events":1204},');
  expect(JSON.parse(text('json', empty))).toEqual(empty);
});

test('CSV is one table, whose first column tells the statistics apart', () => {
  expect(text('csv')).toBe(`statistic,date,id,first_name,last_name,role,count
events_per_day,2026-11-20,,,,,1204
events_per_day,2026-11-21,,,,,0
events_per_role,,,,,analyst,1200
events_per_role,,,,,unknown,4
top_users,,u1,美咲,鈴木,analyst,700
top_users,,"u,2",Zoë,"O""Hara",analyst,500
top_users,,u3,,,unknown,4
totals_valid,,,,,,1204
totals_bad,,,,,,2
totals_users,,,,,,3
totals_unresolved,,,,,,1
`);
});

test('what a name has to steer a terminal with is not printed in a table', () => {
  const evil = {
    ...report,
    top_users: [{ id: '\u001b[31mu\n', first_name: '\u202eab', last_name: 'x\u0007', role: 'r', events: 1 }],
  };
  const printed = text('table', evil);
  for (const steering of ['\u001b', '\u0007', '\u202e']) expect(printed).not.toContain(steering);
  expect(printed).toContain('�[31mu�');
});

test('any number of days is printed without being held', () => {
  function* days() {
    for (let day = 0; day < 2_000_000; day += 1) yield { date: '2026-11-20', events: day % 2 };
  }
  let length = 0;
  for (const piece of reportText({ ...report, events_per_day: { [Symbol.iterator]: days } }, 'json', 'UTC'))
    length += piece.length;
  expect(length).toBeGreaterThan(60_000_000);
});
