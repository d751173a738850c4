import type { Column, Name } from './ast';
import { errorAt, type SqlError } from './sql-error';

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

const folded = (name: string): string => name.toLowerCase();

function withoutHeader({ text, isQuoted }: Name): string {
  const hint = isQuoted ? ` Double quotes make a name; write '${text}' for text.` : '';
  return `There is no column '${text}', since the header is not read; set the input's header to USE, or write _1, _2, ...${hint}`;
}

function missing(sql: string, { name, at }: Column, header: readonly string[]): SqlError {
  const near = nearest(name.text, header);
  const isTextMeant = name.isQuoted && near === undefined;
  const hint = isTextMeant
    ? ` Double quotes make a name; write '${name.text}' for text.`
    : near === undefined
      ? ''
      : ` Did you mean '${near}'?`;
  return errorAt(sql, at, 'MissingHeaders', `The column '${name.text}' is not in the header.${hint}`);
}

const ambiguous = (sql: string, { name, at }: Column): SqlError =>
  errorAt(
    sql,
    at,
    'AmbiguousFieldName',
    `Several columns are called '${name.text}'; write the one that you mean in double quotes, or by its position.`,
  );

/** The header that differs least from a name, if it differs by a third of its letters at most. */
function nearest(name: string, header: readonly string[]): string | undefined {
  const wanted = folded(name).slice(0, 100);
  const candidates = header
    .slice(0, 200)
    .map((column) => ({ column, distance: editDistance(wanted, folded(column).slice(0, 100)) }))
    .filter(({ column, distance }) => distance <= Math.max(1, Math.min(wanted.length, column.length) / 3));
  return candidates.sort((a, b) => a.distance - b.distance)[0]?.column;
}

/** Letters to insert, delete, replace, or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
