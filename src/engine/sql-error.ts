/**
 * Where a query failed: in its text, line and column from 1; or in the file, where records are counted from 1 at the top,
 * the header included and blank and comment lines not, and columns from 1.
 */
export type Place =
  | { readonly line: number; readonly column: number }
  | { readonly record: number; readonly column?: number };

/** A query that cannot be answered: a code of S3 Select, a message that says what would be right, and the place. */
export class SqlError extends Error {
  readonly code: string;
  readonly place: Place | undefined;

  constructor(code: string, message: string, place?: Place) {
    super(message);
    this.name = 'SqlError';
    this.code = code;
    this.place = place;
  }
}

/** The error of a place in the query's text, given as an offset: tokens and nodes carry no more. */
export function errorAt(text: string, offset: number, code: string, message: string): SqlError {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = [...before.slice(before.lastIndexOf('\n') + 1)].length + 1;
  return new SqlError(code, `${message} (line ${line}, column ${column})`, { line, column });
}

/** A value that an expression cannot take. Whoever knows the record adds the place. */
export class ValueError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ValueError';
    this.code = code;
  }
}
