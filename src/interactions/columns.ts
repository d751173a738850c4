import type { BadLines } from './bad-lines';

/** What a column may be called; the first is how we call it. Compared without case, blanks and signs. */
export type ColumnNames<Column extends string> = Readonly<Record<Column, readonly [string, ...string[]]>>;

export interface Columns<Column extends string> {
  /** Where each stands in a record; -1 where the file has none. */
  readonly places: Readonly<Record<Column, number>>;
  /** The header as it was written. */
  readonly header: readonly string[];
  /** The places of the columns that are not known. */
  readonly others: readonly number[];
}

const plain = (header: string): string =>
  header
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Finds the columns by the header. Adds a bad line where one is missing or stands there twice, and then answers undefined. */
export function findColumns<Column extends string>(
  header: readonly string[],
  line: number,
  names: ColumnNames<Column>,
  optional: readonly Column[],
  bad: BadLines,
): Columns<Column> | undefined {
  const before = bad.count;
  const found = header.map(plain);
  const places: Partial<Record<Column, number>> = {};
  for (const column of Object.keys(names) as Column[]) {
    const own = names[column].map(plain);
    const all = found.flatMap((name, place) => (own.includes(name) ? [place] : []));
    const [first = -1, another] = all;
    if (another !== undefined) {
      bad.add(line, `'${header[first]}' and '${header[another]}' could both be the column '${names[column][0]}'`);
    }
    if (first < 0 && !optional.includes(column)) {
      const shown = header.map((name) => `'${name.trim().slice(0, 40)}'`).slice(0, 20);
      bad.add(line, `the column '${names[column][0]}' is missing; the first line has ${shown.join(', ')}`);
    }
    places[column] = first;
  }
  if (bad.count > before) return undefined;
  const known = Object.values<number>(places as Record<Column, number>);
  const others = header.flatMap((name, place) => (known.includes(place) || name.trim() === '' ? [] : [place]));
  return { places: places as Record<Column, number>, header, others };
}
