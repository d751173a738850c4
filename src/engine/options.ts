import { SqlError } from './sql-error';

/** How the input is written. Delimiters, quote, escape and comment are one character, which may be several bytes. */
export interface CsvInput {
  /** USE: the first record names the columns. IGNORE: it is skipped. NONE: it is data. */
  readonly header: 'USE' | 'IGNORE' | 'NONE';
  readonly delimiter: string;
  /** '' turns quoting off. */
  readonly quote: string;
  readonly escape: string;
  /** '' turns comments off. */
  readonly comment: string;
  /** One or two characters. With '\n', a carriage return before it is dropped. */
  readonly recordDelimiter: string;
  readonly allowQuotedNewlines: boolean;
  readonly compression: 'NONE' | 'GZIP';
}

/** How the rows are written. `json` is one array, `ndjson` one object a line; the CSV options concern `csv` alone. */
export interface Output {
  readonly format: 'csv' | 'json' | 'ndjson';
  /** Whether a record with the columns' names comes first. Not in S3 Select. */
  readonly header: boolean;
  readonly quoteFields: 'asneeded' | 'always';
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
  readonly recordDelimiter: string;
}

export interface Query {
  readonly expression: string;
  /** What is left out is as in S3 Select. */
  readonly input?: Partial<CsvInput>;
  readonly output?: Partial<Output>;
}

const inputDefaults: CsvInput = {
  header: 'NONE',
  delimiter: ',',
  quote: '"',
  escape: '"',
  comment: '#',
  recordDelimiter: '\n',
  allowQuotedNewlines: false,
  compression: 'NONE',
};

const outputDefaults: Output = {
  format: 'csv',
  header: false,
  quoteFields: 'asneeded',
  delimiter: ',',
  quote: '"',
  escape: '"',
  recordDelimiter: '\n',
};

/** The whole of the input options. Throws SqlError InvalidRequestParameter. */
export function inputOptions(given: Partial<CsvInput> = {}): CsvInput {
  const input = { ...inputDefaults, ...given };
  checkLength('input delimiter', input.delimiter, 1, 1);
  checkLength('input quote', input.quote, 0, 1);
  checkLength('input escape', input.escape, 0, 1);
  checkLength('input comment', input.comment, 0, 1);
  checkLength('input record delimiter', input.recordDelimiter, 1, 2);
  checkApart('input', input);
  return input;
}

/** The whole of the output options. Throws SqlError InvalidRequestParameter. */
export function outputOptions(given: Partial<Output> = {}): Output {
  const output = { ...outputDefaults, ...given };
  checkLength('output delimiter', output.delimiter, 1, 1);
  checkLength('output quote', output.quote, 1, 1);
  checkLength('output escape', output.escape, 1, 1);
  checkLength('output record delimiter', output.recordDelimiter, 1, 2);
  checkApart('output', output);
  return output;
}

function checkLength(name: string, value: string, least: number, most: number): void {
  const length = [...value].length;
  if (length >= least && length <= most && value.isWellFormed()) return;
  const right = least === most ? 'one character' : least === 0 ? 'one character, or empty' : 'one or two characters';
  throw new SqlError('InvalidRequestParameter', `The ${name} is ${JSON.stringify(value)}; it must be ${right}.`);
}

function checkApart(side: string, options: Pick<CsvInput, 'delimiter' | 'quote' | 'recordDelimiter'>): void {
  const { delimiter, quote, recordDelimiter } = options;
  const others = quote === '' ? [delimiter] : [delimiter, quote];
  if (new Set(others).size === others.length && !others.some((other) => recordDelimiter.includes(other))) return;
  throw new SqlError(
    'InvalidRequestParameter',
    `The ${side} delimiter, quote and record delimiter must differ from each other.`,
  );
}
