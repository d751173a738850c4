import { createHash } from 'node:crypto';
import { BadLines } from './bad-lines';
import { type ColumnNames, type Columns, findColumns } from './columns';
import { csvRecords } from './csv-records';

/** A row of a table, read by the names of its columns. */
export interface Row<Column extends string> {
  /** Trimmed; '' where the file has no such column. */
  text(column: Column): string;
  /** As it stands in the file. */
  raw(column: Column): string;
  /** The columns that are not known and not empty. */
  other(): Readonly<Record<string, string>>;
}

/** What was read of a file. */
export interface TableReport {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  /** The header of each column that was found. */
  readonly columns: Readonly<Record<string, string>>;
  /** Headers of the columns that are not known. */
  readonly unknownColumns: readonly string[];
}

export interface Table<Column extends string> {
  readonly names: ColumnNames<Column>;
  readonly optional: readonly Column[];
  /** Takes a row, and answers what is wrong with it. */
  take(row: Row<Column>): readonly string[];
  /** Waited for now and then. */
  settle?(): Promise<void>;
}

/**
 * Reads a file to its end and gives each row to the table, a million as well as one. Blank lines are passed over.
 * Throws AppError ImportRejected with every line that cannot be read, UnsupportedFileType.
 */
export async function readTable<Column extends string>(
  content: AsyncIterable<Uint8Array>,
  { names, optional, take, settle }: Table<Column>,
): Promise<TableReport> {
  const bad = new BadLines();
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted() {
    for await (const chunk of content) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }

  let columns: Columns<Column> | undefined;
  let rows = 0;
  for await (const records of csvRecords(counted(), bad)) {
    for (const { line, fields } of records) {
      if (fields.every((field) => field.trim() === '')) continue;
      if (!columns) {
        columns = findColumns(fields, line, names, optional, bad);
        // Without its columns no line can be read.
        if (!columns) bad.refuse();
        continue;
      }
      rows++;
      const faults = surplus(fields, columns) ?? take(rowOf(fields, columns));
      if (faults.length > 0) bad.add(line, faults.join('; '));
    }
    await settle?.();
  }
  if (!columns && bad.count === 0) bad.add(1, 'the file is empty; its first line must name the columns');
  bad.refuse();
  return {
    sha256: hash.digest('hex'),
    bytes,
    rows,
    ...described(columns as Columns<Column>),
  };
}

/** A value that no column is named for has slipped: a delimiter is not quoted, or the line is another table's. */
function surplus<Column extends string>(
  fields: readonly string[],
  { header }: Columns<Column>,
): readonly string[] | undefined {
  const isTooLong = fields.slice(header.length).some((field) => field.trim() !== '');
  return isTooLong ? [`the line has ${fields.length} fields, the header ${header.length}`] : undefined;
}

function rowOf<Column extends string>(
  fields: readonly string[],
  { places, header, others }: Columns<Column>,
): Row<Column> {
  const raw = (column: Column): string => fields[places[column]] ?? '';
  return {
    raw,
    text: (column) => raw(column).trim(),
    other: () =>
      Object.fromEntries(
        others.flatMap((place) => (fields[place] ? [[header[place]?.trim() ?? '', fields[place]]] : [])),
      ),
  };
}

function described<Column extends string>({ places, header, others }: Columns<Column>) {
  const shown = (place: number): string => (header[place] ?? '').trim();
  const found = Object.entries<number>(places).filter(([, place]) => place >= 0);
  return {
    columns: Object.fromEntries(found.map(([column, place]) => [column, shown(place)])),
    unknownColumns: others.map(shown),
  };
}

/** A value in a message: enough of it to find it by. */
export const quoted = (text: string): string => (text.length > 40 ? `'${text.slice(0, 40)}...'` : `'${text}'`);
