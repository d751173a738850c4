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
  readonly compression: 'NONE' | 'GZIP' | 'BZIP2';
  /** The file's, after decompression: a label of the WHATWG Encoding Standard. Other than UTF-8 it is not in S3 Select. */
  readonly encoding: string;
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
  /** Only the records whose first byte lies in it, both ends included; bytes are counted from 0. */
  readonly scanRange?: ScanRange;
  /**
   * Whether a chunk of the result is valid only until the next is asked for. That saves the memory, and the time, of those
   * who are done with a chunk by then. @default false
   */
  readonly reusesChunks?: boolean;
  /** What UTCNOW() answers. @default when the query begins */
  readonly now?: Date;
}

export interface ScanRange {
  readonly start: number;
  readonly end: number;
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
  encoding: 'utf-8',
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
  if (input.comment !== '' && (input.comment === input.quote || input.recordDelimiter.includes(input.comment))) {
    throw clash('input comment character, quote and record delimiter');
  }
  checkApart('input', input);
  return { ...input, encoding: encodingName(input.encoding) };
}

/** The name that the standard gives to the encoding of a label. Throws SqlError InvalidRequestParameter. */
function encodingName(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    throw new SqlError(
      'InvalidRequestParameter',
      `The input encoding is ${JSON.stringify(label.slice(0, 40))}, which is none of the WHATWG Encoding Standard; write utf-8, utf-16le, windows-1252, shift_jis and the like.`,
    );
  }
}

/** Which parts of the file can be read by themselves. Throws SqlError InvalidScanRange, UnsupportedScanRangeInput. */
export function checkScanRange(range: ScanRange | undefined, input: CsvInput): void {
  if (!range) return;
  if (input.compression !== 'NONE' || input.allowQuotedNewlines || input.encoding !== 'utf-8') {
    throw new SqlError(
      'UnsupportedScanRangeInput',
      'A scan range is for files in UTF-8 that are not compressed and have no line breaks inside quotes.',
    );
  }
  if (range.start < 0 || range.end < range.start) {
    throw new SqlError('InvalidScanRange', 'The scan range must start at 0 or later, and not after it ends.');
  }
}

/** The whole of the output options. Throws SqlError InvalidRequestParameter. */
export function outputOptions(given: Partial<Output> = {}): Output {
  const output = { ...outputDefaults, ...given };
  checkLength('output record delimiter', output.recordDelimiter, 1, 2);
  // JSON has none of the others, and may be parted by what they are.
  if (output.format !== 'csv') return output;
  checkLength('output delimiter', output.delimiter, 1, 1);
  checkLength('output quote', output.quote, 1, 1);
  checkLength('output escape', output.escape, 1, 1);
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
  throw clash(`${side} delimiter, quote and record delimiter`);
}

const clash = (what: string): SqlError =>
  new SqlError('InvalidRequestParameter', `The ${what} must differ from each other.`);
