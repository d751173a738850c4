import { finished } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { refuseSpreadsheet } from '../spreadsheet';
import type { BadLines } from './bad-lines';

export interface CsvRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** What a spreadsheet may put between fields. */
const delimiters = [',', ';', '\t', '|'];
export const maxRecordCharacters = 1024 * 1024;

/**
 * The records of a CSV file as spreadsheets write them, in batches: in UTF-8 or, with a byte order mark, UTF-16; with any end
 * of line; with the delimiter that splits the first line most. Empty lines are passed over. The engine's reader is no use
 * here: it numbers records, and people look for lines.
 *
 * A file that cannot be read on ends there with a bad line. Throws AppError UnsupportedFileType.
 */
export async function* csvRecords(
  content: AsyncIterable<Uint8Array>,
  bad: BadLines,
): AsyncGenerator<readonly CsvRecord[]> {
  const { delimiter, whole } = await startOf(normalised(decoded(content, bad)));
  let batch: CsvRecord[] = [];
  let lastLine = 0;
  const parser = parse({
    delimiter,
    record_delimiter: '\n',
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRecordCharacters,
    // Called within the write: what comes before a fault is never lost, as it would be in the parser's own stream.
    on_record: (fields: string[], { lines }) => {
      lastLine = lines;
      batch.push({ line: lines - newlinesIn(fields), fields });
      return null;
    },
  });
  let fault: Error | undefined;
  parser.on('error', (error) => {
    fault = error;
  });
  for await (const text of whole) {
    await new Promise((resolve) => parser.write(text, resolve));
    yield batch;
    batch = [];
    if (fault) break;
  }
  parser.resume().end();
  await finished(parser).catch(() => {});
  yield batch;
  if (!fault) return;
  if (!(fault instanceof CsvError)) throw fault;
  // A record without an end is found at the end of the file, and looked for where it begins.
  bad.add(endless.includes(fault.code) ? lastLine + 1 : Number(fault['lines']) || 1, faultOf(fault));
}

const endless = ['CSV_QUOTE_NOT_CLOSED', 'CSV_MAX_RECORD_SIZE'];

function faultOf({ code }: CsvError): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quoted field is never closed; the file ends inside it';
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'there is text after a closing quote; double a quote that is part of the text';
    case 'INVALID_OPENING_QUOTE':
      return 'a quote stands inside a field that is not quoted; quote the field and double the quote';
    case 'CSV_MAX_RECORD_SIZE':
      return `the record is longer than ${maxRecordCharacters} characters; is a quote missing?`;
    default:
      return 'the line is no CSV';
  }
}

function newlinesIn(fields: readonly string[]): number {
  let count = 0;
  for (const field of fields) {
    for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) count++;
  }
  return count;
}

/** Text of the encoding that the first bytes tell. What is not valid in it ends the text, with a bad line. */
async function* decoded(content: AsyncIterable<Uint8Array>, bad: BadLines): AsyncGenerator<string> {
  let encoding: string | undefined;
  let [lenient, strict] = [new TextDecoder(), new TextDecoder()];
  let line = 1;
  for await (const chunk of atLeast(content, 8)) {
    if (!encoding) {
      refuseSpreadsheet(chunk);
      encoding = encodingOf(chunk);
      [lenient, strict] = [new TextDecoder(encoding), new TextDecoder(encoding, { fatal: true })];
    }
    const text = lenient.decode(chunk, { stream: true });
    const isValid = decodes(strict, chunk);
    // The lenient decoder marks where the strict one gave up.
    const valid = isValid ? text : (text.split('\ufffd', 1)[0] ?? '');
    line += newlinesIn([valid]);
    yield valid;
    if (isValid) continue;
    bad.add(line, `the text is not valid ${encoding}; save the file as "CSV UTF-8"`);
    return;
  }
  if (!decodes(strict)) bad.add(line, 'the text ends inside a character; save the file as "CSV UTF-8"');
}

/** Whether a decoder takes the next bytes, or the end. */
function decodes(decoder: InstanceType<typeof TextDecoder>, bytes?: Uint8Array): boolean {
  try {
    decoder.decode(bytes, { stream: bytes !== undefined });
    return true;
  } catch {
    return false;
  }
}

const encodingOf = ([first, second]: Uint8Array): string =>
  first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';

/** The chunks, of which the first has so many bytes, if all have. */
async function* atLeast(content: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let start: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of content) {
    if (!start) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < bytes) continue;
    yield start;
    start = undefined;
  }
  if (start && start.length > 0) yield start;
}

/** Every end of a line is a line feed. */
async function* normalised(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let endsInReturn = false;
  for await (const text of texts) {
    const whole: string = endsInReturn ? `\r${text}` : text;
    endsInReturn = whole.endsWith('\r');
    yield (endsInReturn ? whole.slice(0, -1) : whole).replaceAll(/\r\n?/g, '\n');
  }
  if (endsInReturn) yield '\n';
}

/** The delimiter of the first line that is not blank, and the whole of the text. */
async function startOf(
  texts: AsyncGenerator<string>,
): Promise<{ readonly delimiter: string; readonly whole: AsyncIterable<string> }> {
  let start = '';
  for (let next = await texts.next(); !next.done; next = await texts.next()) {
    start += next.value;
    if (/\S[^\n]*\n/.test(start) || start.length > maxRecordCharacters) break;
  }
  const [line = ''] = /\S[^\n]*/.exec(start) ?? [];
  const bare = line.replaceAll(/"[^"]*"/g, '');
  const [delimiter = ','] = delimiters.toSorted((a, b) => bare.split(b).length - bare.split(a).length);
  return { delimiter, whole: joined(start, texts) };
}

async function* joined(start: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  if (start !== '') yield start;
  yield* rest;
}
