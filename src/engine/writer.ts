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
  /** Whether others may write the records that follow: what stands before the first has been written. */
  readonly isUnderWay: boolean;
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
  #quote: Buffer;
  #escape: Buffer;
  #recordDelimiter: Buffer;
  /** What makes a field need quotes. */
  #special: readonly Buffer[];
  /** 1 at each byte that one of these starts with. */
  #isSpecial = new Uint8Array(256);
  #isFirst = true;
  readonly isUnderWay = true;

  constructor(output: Output, buffer: OutputBuffer) {
    this.#output = output;
    this.#buffer = buffer;
    this.#delimiter = Buffer.from(output.delimiter);
    this.#recordDelimiter = Buffer.from(output.recordDelimiter);
    this.#quote = Buffer.from(output.quote);
    this.#escape = Buffer.from(output.escape);
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
    if (field < record.width && record.find(field)) {
      this.#beginField();
      this.#slice(record.block, record.from, record.to);
    } else this.value(record.text(field));
  }

  value(value: Value): void {
    const text = textOf(value);
    this.#beginField();
    if (this.#output.quoteFields !== 'always' && this.#buffer.ascii(text, this.#isSpecial)) return;
    const bytes = Buffer.from(text, 'utf8');
    this.#slice(bytes, 0, bytes.length);
  }

  endRecord(): void {
    this.#buffer.bytes(this.#recordDelimiter);
    this.#buffer.endRecord();
    this.#isFirst = true;
  }

  end(): void {}

  #beginField(): void {
    if (!this.#isFirst) this.#buffer.bytes(this.#delimiter);
    this.#isFirst = false;
  }

  #slice(bytes: Buffer, from: number, to: number): void {
    checkColumn(to - from);
    if (this.#output.quoteFields === 'always' || this.#needsQuotes(bytes, from, to)) {
      this.#quoted(bytes, from, to);
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
    return this.#special.some((special) => startsWith(bytes, at, to, special));
  }

  #quoted(bytes: Buffer, from: number, to: number): void {
    const quote = this.#quote;
    const escape = this.#escape;
    this.#buffer.bytes(quote);
    let written = from;
    for (let at = from; at < to; at++) {
      if (bytes[at] !== quote[0] && bytes[at] !== escape[0]) continue;
      if (!startsWith(bytes, at, to, quote) && !startsWith(bytes, at, to, escape)) continue;
      this.#buffer.slice(bytes, written, at);
      this.#buffer.bytes(escape);
      written = at;
    }
    this.#buffer.slice(bytes, written, to);
    this.#buffer.bytes(quote);
  }
}

function startsWith(bytes: Buffer, at: number, to: number, text: Buffer): boolean {
  if (at + text.length > to) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

/** One object a record: as an array, or one a line. STRING, BOOL and numbers are JSON values, NULL is null, MISSING left out. */
class JsonWriter implements Writer {
  #isArray: boolean;
  #buffer: OutputBuffer;
  #recordEnd: string;
  /** What stands before the next record. */
  #separator: string;
  #isFirst = true;
  #keys = new Map<string, Buffer>();

  constructor({ format, recordDelimiter }: Output, buffer: OutputBuffer) {
    this.#isArray = format === 'json';
    this.#separator = this.#isArray ? '[' : '';
    this.#recordEnd = this.#isArray ? '' : recordDelimiter;
    this.#buffer = buffer;
  }

  begin(): void {}

  get isUnderWay(): boolean {
    return this.#separator !== '[';
  }

  field(record: RecordCursor, field: number, name: string): void {
    if (field < record.width && record.find(field)) this.#foundText(record, name);
    else this.value(record.text(field), name);
  }

  value(value: Value, name: string): void {
    if (value === undefined) return;
    if (typeof value === 'string') checkColumn(value.length);
    this.#beginMember(name);
    // Written at once and not gathered: the buffer then refuses a record that grows too long.
    this.#buffer.text(jsonOf(value));
  }

  /** The text that was found in the block, which makes no string of it where none of it is escaped. */
  #foundText({ block, from, to }: RecordCursor, name: string): void {
    checkColumn(to - from);
    this.#beginMember(name);
    this.#buffer.bytes(jsonQuote);
    if (this.#buffer.plain(block, from, to, isEscaped)) this.#buffer.bytes(jsonQuote);
    else this.#buffer.text(JSON.stringify(block.toString('utf8', from, to)).slice(1));
  }

  /** Writes the start of the record, or a comma, and the key. */
  #beginMember(name: string): void {
    const key = this.#key(name);
    if (this.#isFirst) this.#buffer.text(`${this.#separator}{`);
    this.#buffer.slice(key, this.#isFirst ? 1 : 0, key.length);
    this.#isFirst = false;
  }

  /** With a comma before it. Keys are few and come in every record. */
  #key(name: string): Buffer {
    const known = this.#keys.get(name);
    if (known) return known;
    const key = Buffer.from(`,${JSON.stringify(name)}:`);
    this.#keys.set(name, key);
    return key;
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

const jsonQuote = Buffer.from('"');
/** 1 at each byte that JSON escapes in text. */
const isEscaped = Uint8Array.from({ length: 256 }, (_, byte) => Number(byte < 0x20 || byte === 0x22 || byte === 0x5c));

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
