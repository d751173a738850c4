import type { Column, Name } from './ast';
import { nearest } from './near-name';
import { errorAt, type SqlError } from './sql-error';
import { shortened } from './value';

/** Finds the field, from 0, that a column of the query means. Throws SqlError. */
export type FieldOf = (column: Column) => number;

/**
 * Columns by the names of the header, or, without one, by position alone.
 * Throws SqlError MissingHeaders, AmbiguousFieldName.
 */
export function fieldFinder(sql: string, header: readonly string[] | undefined): FieldOf {
  const exact = new Places(header ?? []);
  const withoutCase = new Places((header ?? []).map(folded));
  return (column) => {
    const { text, isQuoted } = column.name;
    const position = isQuoted ? undefined : positionOf(text);
    if (position !== undefined) return position - 1;
    if (!header) throw errorAt(sql, column.at, 'MissingHeaders', withoutHeader(column.name));
    const field = isQuoted ? exact.of(text) : withoutCase.of(folded(text));
    if (field === 'several') throw ambiguous(sql, column);
    if (field === undefined) throw missing(sql, column, header);
    return field;
  };
}

/** Where in the header a name stands, prepared for many questions. */
class Places {
  #fields = new Map<string, number | 'several'>();

  constructor(names: readonly string[]) {
    names.forEach((name, field) => {
      this.#fields.set(name, this.#fields.has(name) ? 'several' : field);
    });
  }

  of(name: string): number | 'several' | undefined {
    return this.#fields.get(name);
  }
}

/** N of `_N`; undefined for other names. */
export function positionOf(name: string): number | undefined {
  return /^_\d+$/.test(name) ? Number(name.slice(1)) : undefined;
}

/** Without regard to case: simple Unicode case folding, one character at a time, so that a sigma is a sigma anywhere. */
function folded(name: string): string {
  let text = '';
  for (const character of name) {
    const upper = character.toUpperCase();
    const lower = (upper.length === character.length ? upper : character).toLowerCase();
    text += lower.length === character.length && character !== 'ı' ? lower : character;
  }
  return text;
}

function withoutHeader({ text, isQuoted }: Name): string {
  const hint = isQuoted ? ` Double quotes make a name; write '${shortened(text)}' for text.` : '';
  return `There is no column '${shortened(text)}', since the header is not read; set the input's header to USE, or write _1, _2, ...${hint}`;
}

function missing(sql: string, { name, at }: Column, header: readonly string[]): SqlError {
  const hint = hintFor(name, header);
  return errorAt(sql, at, 'MissingHeaders', `The column '${shortened(name.text)}' is not in the header. ${hint}`);
}

/** A column that may be meant, or what there is. */
function hintFor({ text, isQuoted }: Name, header: readonly string[]): string {
  const wanted = folded(text);
  const meant = nearest(text, header) ?? (wanted.length > 2 && header.find((name) => folded(name).includes(wanted)));
  if (meant) return `Did you mean '${shortened(meant)}'?`;
  if (isQuoted) return `Double quotes make a name; write '${shortened(text)}' for text.`;
  const shown = header.slice(0, shownColumns).map((name) => `'${shortened(name)}'`);
  const others = header.length - shown.length;
  if (header.length === 1) return `The only column is ${shown}; is the delimiter right?`;
  return `The columns are ${shown.join(', ')}${others > 0 ? ` and ${others} more` : ''}.`;
}

const shownColumns = 6;

const ambiguous = (sql: string, { name, at }: Column): SqlError =>
  errorAt(
    sql,
    at,
    'AmbiguousFieldName',
    `Several columns are called '${shortened(name.text)}'; write the one that you mean in double quotes, or by its position.`,
  );
