import type { SelectItem } from '../ast';
import type { FieldOf } from '../columns';
import type { CsvInput, Output } from '../options';
import { maxWrittenColumns } from './kernel-block';

/** Whether the output has the form of the input, with quotes where they are needed and lines that end in LF. */
export const canWriteAsRead = (input: CsvInput, output: Output): boolean =>
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

/** The fields of a list of columns, none for `*`; undefined for a list with other expressions, or a very long one. */
export function vectorColumns(items: '*' | readonly SelectItem[], fieldOf: FieldOf): readonly number[] | undefined {
  if (items === '*') return [];
  if (items.length > maxWrittenColumns) return undefined;
  const fields: number[] = [];
  for (const { expression } of items) {
    if (expression.kind !== 'column') return undefined;
    fields.push(fieldOf(expression));
  }
  return fields;
}
