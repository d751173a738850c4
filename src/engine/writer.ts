import { maxRecordBytes } from './limits';
import type { Output } from './options';
import type { OutputBuffer } from './output-buffer';
import type { RecordCursor } from './record';
import { SqlError } from './sql-error';
import { Timestamp } from './timestamp';
import { type Present, textOf, type Value } from './value';

/** Writes the records of the result, field by field, in one of the output formats. */
export interface Writer {
  /** What stands before all records. `names` are those of the first record's fields. */
  begin(names: readonly string[]): void;
  /** A field of the input, as it is. */
  field(record: RecordCursor, field: number, name: string): void;
  value(value: Value, name: string): void;
  endRecord(): void;
  /** What stands after all records. */
  end(): void;
}

export function writerOf(output: Output, buffer: OutputBuffer): Writer {
  return output.format === 'csv' ? new CsvWriter(output, buffer) : new JsonWriter(output, buffer);
}

/**
 * Records of CSV. A field is quoted if it holds the delimiter, the quote, the record delimiter, CR or LF, or always;
 * NULL and MISSING are empty. Inside quotes a quote is preceded by the escape, and so is an escape that is not the quote.
 */
class CsvWriter implements Writer {
  #output: Output;
  #buffer: OutputBuffer;
  #delimiter: Buffer;
  #recordDelimiter: Buffer;
  /** What makes a field need quotes. */
  #special: readonly Buffer[];
  /** 1 at each byte that one of these starts with. */
  #isSpecial = new Uint8Array(256);
  #isFirst = true;

  constructor(output: Output, buffer: OutputBuffer) {
    this.#output = output;
    this.#buffer = buffer;
    this.#delimiter = Buffer.from(output.delimiter);
    this.#recordDelimiter = Buffer.from(output.recordDelimiter);
    const { delimiter, quote, recordDelimiter } = output;
    this.#special = [delimiter, quote, recordDelimiter, '\r', '\n'].map((text) => Buffer.from(text));
    for (const [first] of this.#special) this.#isSpecial[first as number] = 1;
  }

  begin(names: readonly string[]): void {
    if (!this.#output.header) return;
    for (const name of names) this.value(name);
    this.endRecord();
  }

  field(record: RecordCursor, field: number): void {
    if (field >= record.width) this.#slice(empty, 0, 0);
    else if (record.find(field)) this.#slice(record.block, record.from, record.to);
    else this.value(record.text(field));
  }

  value(value: Value): void {
    const text = textOf(value);
    if (this.#isPlain(text)) {
      if (!this.#isFirst) this.#buffer.bytes(this.#delimiter);
      this.#isFirst = false;
      this.#buffer.text(text);
      return;
    }
    const bytes = Buffer.from(text, 'utf8');
    this.#slice(bytes, 0, bytes.length);
  }

  endRecord(): void {
    this.#buffer.bytes(this.#recordDelimiter);
    this.#buffer.endRecord();
    this.#isFirst = true;
  }

  end(): void {}

  /** Whether a text is short, of ASCII alone, and needs no quotes. */
  #isPlain(text: string): boolean {
    if (text.length > shortLength || this.#output.quoteFields === 'always') return false;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127 || this.#isSpecial[code] === 1) return false;
    }
    return true;
  }

  #slice(bytes: Buffer, from: number, to: number): void {
    if (!this.#isFirst) this.#buffer.bytes(this.#delimiter);
    this.#isFirst = false;
    checkColumn(to - from);
    if (this.#output.quoteFields === 'always' || this.#needsQuotes(bytes, from, to)) {
      this.#quoted(bytes.toString('utf8', from, to));
    } else this.#buffer.slice(bytes, from, to);
  }

  #needsQuotes(bytes: Buffer, from: number, to: number): boolean {
    for (let at = from; at < to; at++) {
      if (this.#isSpecial[bytes[at] as number] === 1 && this.#startsSpecial(bytes, at, to)) return true;
    }
    return false;
  }

  /** A special text may be several bytes, of which the first also starts others. */
  #startsSpecial(bytes: Buffer, at: number, to: number): boolean {
    return this.#special.some(
      (special) =>
        at + special.length <= to && bytes.compare(special, 0, special.length, at, at + special.length) === 0,
    );
  }

  #quoted(text: string): void {
    const { quote, escape } = this.#output;
    const escaped = escape === quote ? text : text.replaceAll(escape, escape + escape);
    this.#buffer.text(quote + escaped.replaceAll(quote, escape + quote) + quote);
  }
}

const empty = Buffer.alloc(0);
const shortLength = 32;

/** One object a record: as an array, or one a line. STRING, BOOL and numbers are JSON values, NULL is null, MISSING left out. */
class JsonWriter implements Writer {
  #isArray: boolean;
  #buffer: OutputBuffer;
  #recordEnd: string;
  /** What stands before the next record. */
  #separator: string;
  #isFirst = true;
  #keys = new Map<string, string>();

  constructor({ format, recordDelimiter }: Output, buffer: OutputBuffer) {
    this.#isArray = format === 'json';
    this.#separator = this.#isArray ? '[' : '';
    this.#recordEnd = this.#isArray ? '' : recordDelimiter;
    this.#buffer = buffer;
  }

  begin(): void {}

  field(record: RecordCursor, field: number, name: string): void {
    this.value(record.text(field), name);
  }

  value(value: Value, name: string): void {
    if (value === undefined) return;
    if (typeof value === 'string') checkColumn(value.length);
    // Written at once and not gathered: the buffer then refuses a record that grows too long.
    this.#buffer.text(this.#before() + this.#key(name) + jsonOf(value));
  }

  /** Keys are few and come in every record. */
  #key(name: string): string {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = `${JSON.stringify(name)}:`;
    this.#keys.set(name, key);
    return key;
  }

  /** What stands before a member: the start of the record, or a comma. */
  #before(): string {
    if (!this.#isFirst) return ',';
    this.#isFirst = false;
    return `${this.#separator}{`;
  }

  endRecord(): void {
    // Without members, as where all are MISSING, the record has not started.
    this.#buffer.text(this.#isFirst ? `${this.#separator}{}${this.#recordEnd}` : `}${this.#recordEnd}`);
    this.#buffer.endRecord();
    if (this.#isArray) this.#separator = ',';
    this.#isFirst = true;
  }

  end(): void {
    if (this.#isArray) this.#buffer.text(this.#separator === '[' ? '[]' : ']');
  }
}

/** Numbers are written as in CSV, which JSON reads; timestamps are text. */
function jsonOf(value: Present | null): string {
  if (value === null) return 'null';
  const isText = typeof value === 'string' || value instanceof Timestamp;
  return isText ? JSON.stringify(textOf(value)) : textOf(value);
}

function checkColumn(length: number): void {
  if (length > maxRecordBytes) {
    throw new SqlError('ColumnTooLong', `A column of the result is longer than ${maxRecordBytes} bytes.`);
  }
}
