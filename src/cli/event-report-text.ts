import stringWidth from 'string-width';
import type { EventReport } from '../event-stats/event-report';

export const reportFormats = ['table', 'json', 'csv'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The report as text, in pieces, so that no number of days has to be held at once. `timezone` is told in the table only. */
export function reportText(report: EventReport, format: ReportFormat, timezone: string): Iterable<string> {
  switch (format) {
    case 'json':
      return json(report);
    case 'csv':
      return csv(report);
    case 'table':
      return table(report, timezone);
  }
}

/** One object, with a line for each of its rows. */
function* json(report: EventReport): Generator<string> {
  yield '{"events_per_day":[';
  yield* jsonRows(report.events_per_day);
  yield '],"events_per_role":[';
  yield* jsonRows(report.events_per_role);
  yield '],"top_users":[';
  yield* jsonRows(report.top_users);
  yield `],"totals":${JSON.stringify(report.totals)}}\n`;
}

function* jsonRows(rows: Iterable<object>): Generator<string> {
  let separator = '\n';
  for (const row of rows) {
    yield separator + JSON.stringify(row);
    separator = ',\n';
  }
  if (separator !== '\n') yield '\n';
}

/** One table of all statistics, told apart by the first column, so that a spreadsheet can filter them. */
function* csv({ events_per_day, events_per_role, top_users, totals }: EventReport): Generator<string> {
  yield csvRow(['statistic', 'date', 'id', 'first_name', 'last_name', 'role', 'count']);
  for (const { date, events } of events_per_day) yield csvRow(['events_per_day', date, '', '', '', '', events]);
  for (const { role, events } of events_per_role) yield csvRow(['events_per_role', '', '', '', '', role, events]);
  for (const { id, first_name, last_name, role, events } of top_users) {
    yield csvRow(['top_users', '', id, first_name, last_name, role, events]);
  }
  for (const [name, count] of Object.entries(totals)) yield csvRow([`totals_${name}`, '', '', '', '', '', count]);
}

const csvRow = (fields: readonly (string | number | null)[]): string => `${fields.map(csvField).join(',')}\n`;

/** Source: RFC 4180, section 2. */
function csvField(value: string | number | null): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function* table(report: EventReport, timezone: string): Generator<string> {
  yield `Events per day (${timezone})\n\n`;
  // Every date is as wide as any other, and no day has more events than there are.
  yield* tableRows(['Date', 'Events'], ['2026-11-20', report.totals.valid], rowsOf(report.events_per_day));
  yield '\nEvents per role\n\n';
  const roles = report.events_per_role.map(({ role, events }) => [shown(role), events]);
  yield* tableRows(['Role', 'Events'], widest(roles), roles);
  yield `\nTop ${report.top_users.length} users\n\n`;
  const users = report.top_users.map(({ id, first_name, last_name, role, events }) => [
    ...[id, first_name, last_name, role].map(shown),
    events,
  ]);
  yield* tableRows(['Id', 'First name', 'Last name', 'Role', 'Events'], widest(users), users);
  const { valid, bad, users: distinct, unresolved } = report.totals;
  yield `\nEvents: ${valid}, users: ${distinct}, bad rows: ${bad}, unresolved users: ${unresolved}\n`;
}

type Cell = string | number;

function* rowsOf(days: EventReport['events_per_day']): Generator<Cell[]> {
  for (const { date, events } of days) yield [date, events];
}

/** The widest cell of each column. */
const widest = (rows: readonly Cell[][]): Cell[] =>
  (rows[0] ?? []).map((_, column) =>
    rows.map((row) => row[column] ?? '').reduce((a, b) => (widthOf(a) >= widthOf(b) ? a : b)),
  );

/** Columns as wide as their header and their widest cell; numbers to the right. */
function* tableRows(header: readonly string[], widestCells: readonly Cell[], rows: Iterable<readonly Cell[]>) {
  const widths = header.map((name, column) => Math.max(widthOf(name), widthOf(widestCells[column] ?? '')));
  const isNumber = header.map((name) => name === 'Events');
  const line = (cells: readonly Cell[]) =>
    `${cells
      .map((cell, column) => {
        const padding = ' '.repeat((widths[column] ?? 0) - widthOf(cell));
        return isNumber[column] ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd()}\n`;
  yield line(header);
  yield line(widths.map((width) => '-'.repeat(width)));
  for (const row of rows) yield line(row);
}

/** In columns of a terminal, where a Chinese character takes two. */
const widthOf = (cell: Cell): number => stringWidth(String(cell));

/** A name may hold anything; what would steer the terminal is replaced. */
const shown = (text: string | null): string => (text ?? '').replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
