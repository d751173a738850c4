import type * as z from 'zod';
import type { CsvInput, Output } from '../engine/index';
import type { queryFileRoute } from './routes/files';

type QueryBody = z.output<typeof queryFileRoute.body>;

/** The engine's names of what a request says about its input; what it leaves out stays out. */
export const csvInput = ({ record_delimiter, allow_quoted_newlines, ...same }: QueryBody['input']): Partial<CsvInput> =>
  given({ ...same, recordDelimiter: record_delimiter, allowQuotedNewlines: allow_quoted_newlines });

/** The same for the output. */
export const queryOutput = ({ record_delimiter, quote_fields, ...same }: QueryBody['output']): Partial<Output> =>
  given({ ...same, recordDelimiter: record_delimiter, quoteFields: quote_fields });

export function mediaTypeOf(format: Output['format'] = 'csv'): string {
  switch (format) {
    case 'csv':
      return 'text/csv; charset=utf-8';
    case 'json':
      return 'application/json';
    case 'ndjson':
      return 'application/x-ndjson';
  }
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

const given = <T extends object>(options: T): Given<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
