import type { SelectItem } from '../ast';
import type { FieldOf } from '../columns';
import type { Kernel } from '../kernel';
import { maxColumns } from '../limits';
import type { CsvInput, Output } from '../options';
import { isByte, type JsonForm, maxKeyBytes, maxWrittenColumns, type Written } from './kernel-block';

/** Writes many records of a kernel's selection at once. */
export interface VectorWriting {
  /** Comes before `write`, for each batch. */
  readonly prepare: (kernel: Kernel) => void;
  /** Writes records from a place of the selection on, as many as fit into a chunk, or none: those are for the writer. */
  readonly write: (kernel: Kernel, from: number, count: number) => Written;
}

/** What a kernel can write: a list of columns, or all of them. `namesOf` tells the names of so many. */
export function vectorWriting(
  items: '*' | readonly SelectItem[],
  fieldOf: FieldOf,
  namesOf: (width: number) => readonly string[],
  input: CsvInput,
  output: Output,
): VectorWriting | undefined {
  if (output.format === 'csv') return canWriteAsRead(input, output) ? asRead(items, fieldOf) : undefined;
  return asJson(items, fieldOf, namesOf, output);
}

/** Whether the output has the form of the input, with quotes where they are needed and lines that end in LF. */
const canWriteAsRead = (input: CsvInput, output: Output): boolean =>
  output.format === 'csv' &&
  output.quoteFields === 'asneeded' &&
  output.delimiter === input.delimiter &&
  output.quote === input.quote &&
  output.escape === input.escape &&
  output.recordDelimiter === '\n' &&
  input.recordDelimiter === '\n';

/** Whether records in that form can be written again without a look at their fields: a CR is part of their ends, or of a field. */
export const canRewrite = (input: CsvInput, output: Output): boolean =>
  canWriteAsRead(input, output) && input.delimiter !== '\r' && input.quote !== '\r';

function asRead(items: '*' | readonly SelectItem[], fieldOf: FieldOf): VectorWriting | undefined {
  // None stands for all.
  const columns = items === '*' ? [] : columnsOf(items, fieldOf);
  return (
    columns && {
      prepare: (kernel) => kernel.writeColumns(columns),
      write: (kernel, from, count) => kernel.write(from, count, columns.length),
    }
  );
}

/** Of a file without a header so many fields are given names; a record with more is for the writer. */
const columnsWithoutHeader = 64;

function asJson(
  items: '*' | readonly SelectItem[],
  fieldOf: FieldOf,
  namesOf: (width: number) => readonly string[],
  output: Output,
): VectorWriting | undefined {
  const names = namesOf(columnsWithoutHeader);
  const columns = items === '*' ? names.map((_, field) => field) : columnsOf(items, fieldOf);
  const keys = names.map((name) => Buffer.from(`${JSON.stringify(name)}:"`));
  const keyBytes = keys.reduce((sum, { length }) => sum + length, 0);
  const isArray = output.format === 'json';
  if (!columns || columns.length > maxWrittenColumns || keyBytes > maxKeyBytes) return undefined;
  if (!isArray && !isByte(output.recordDelimiter)) return undefined;
  const form: JsonForm = {
    columnCount: columns.length,
    repeats: 1 + columns.length - new Set(columns).size,
    widest: items === '*' ? columns.length : maxColumns,
    before: isArray ? comma : -1,
    after: isArray ? -1 : output.recordDelimiter.charCodeAt(0),
  };
  return {
    prepare: (kernel) => {
      kernel.writeColumns(columns);
      kernel.writeKeys(keys);
    },
    write: (kernel, from, count) => kernel.writeJson(from, count, form),
  };
}

const comma = 44;

/** The fields of a list of columns; undefined for a list with other expressions, or a very long one. */
function columnsOf(items: readonly SelectItem[], fieldOf: FieldOf): readonly number[] | undefined {
  if (items.length > maxWrittenColumns) return undefined;
  const fields: number[] = [];
  for (const { expression } of items) {
    if (expression.kind !== 'column') return undefined;
    fields.push(fieldOf(expression));
  }
  return fields;
}
