/**
 * Where a query failed: in its text, line and column from 1; or in the file, where records are counted from 1 at the top,
 * the header included and blank and comment lines not, columns from 1, and bytes from 0, after decompression.
 */
export type Place =
  | { readonly line: number; readonly column: number }
  | { readonly record: number; readonly column?: number; readonly byte?: number }
  | { readonly byte: number };

/** A query that cannot be answered: a code of S3 Select, a message that says what would be right, and the place. */
export class SqlError extends Error {
  readonly code: string;
  readonly place: Place | undefined;
  /** Of a place in the query: its line, and below it a caret under the column. */
  readonly excerpt: string | undefined;

  constructor(code: string, message: string, place?: Place, excerpt?: string) {
    super(message);
    this.name = 'SqlError';
    this.code = code;
    this.place = place;
    this.excerpt = excerpt;
  }
}

/** The error of a place in the query's text, given as an offset: tokens and nodes carry no more. */
export function errorAt(text: string, offset: number, code: string, message: string): SqlError {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const start = before.lastIndexOf('\n') + 1;
  const column = [...before.slice(start)].length + 1;
  const place = `line ${line}, column ${column}`;
  return new SqlError(code, `${message} (${place})`, { line, column }, excerptAt(text, start, column));
}

/** A line of the text, as much of it as a terminal shows, and a caret under the column. */
function excerptAt(text: string, start: number, column: number): string {
  const end = text.indexOf('\n', start);
  const line = [...text.slice(start, end < 0 ? text.length : end)].map((character) =>
    character < ' ' ? ' ' : character,
  );
  const first = Math.max(0, column - 1 - shownBefore);
  const shown = line.slice(first, first + shownInAll);
  const [left, right] = [first > 0 ? '...' : '', first + shownInAll < line.length ? '...' : ''];
  return `${left}${shown.join('')}${right}\n${' '.repeat(left.length + column - 1 - first)}^`;
}

/** Characters. */
const shownBefore = 48;
const shownInAll = 72;

/** A value that an expression cannot take. Whoever knows the column adds it, and whoever knows the record the place. */
export class ValueError extends Error {
  readonly code: string;
  /** From 1. */
  column: number | undefined;
  /** Of the item in the query's text, where there is no record to point at: in a result of aggregates. */
  offset: number | undefined;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ValueError';
    this.code = code;
  }
}
