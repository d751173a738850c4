import { maxRecordBytes } from './limits';
import type { Output } from './options';
import type { OutputBuffer } from './output-buffer';
import type { RecordCursor } from './record';
import { SqlError } from './sql-error';
import { textOf, type Value } from './value';

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
  /** What makes a field need quotes, by the first byte. */
  #special: readonly (readonly Buffer[] | undefined)[];
  #isFirst = true;

  constructor(output: Output, buffer: OutputBuffer) {
    this.#output = output;
    this.#buffer = buffer;
    this.#delimiter = Buffer.from(output.delimiter);
    this.#recordDelimiter = Buffer.from(output.recordDelimiter);
    const special = [
      this.#delimiter,
      Buffer.from(output.quote),
      this.#recordDelimiter,
      Buffer.from('\r'),
      Buffer.from('\n'),
    ];
    this.#special = Array.from({ length: 256 }, (_, byte) => {
      const found = special.filter((delimiter) => delimiter[0] === byte);
      return found.length > 0 ? found : undefined;
    });
  }

  begin(names: readonly string[]): void {
    if (!this.#output.header) return;
    for (const name of names) this.value(name);
    this.endRecord();
  }

  field(record: RecordCursor, field: number): void {
    const bytes = field < record.width ? record.bytes(field) : empty;
    if (bytes) this.#bytes(bytes);
    else this.value(record.text(field));
  }

  value(value: Value): void {
    this.#bytes(Buffer.from(textOf(value), 'utf8'));
  }

  endRecord(): void {
    this.#buffer.bytes(this.#recordDelimiter);
    this.#buffer.endRecord();
    this.#isFirst = true;
  }

  end(): void {}

  #bytes(bytes: Buffer): void {
    if (!this.#isFirst) this.#buffer.bytes(this.#delimiter);
    this.#isFirst = false;
    checkColumn(bytes.length);
    if (this.#output.quoteFields === 'always' || this.#needsQuotes(bytes)) this.#quoted(bytes.toString('utf8'));
    else this.#buffer.bytes(bytes);
  }

  #needsQuotes(bytes: Buffer): boolean {
    for (let at = 0; at < bytes.length; at++) {
      const candidates = this.#special[bytes[at] as number];
      if (
        candidates?.some((special) => special.length === 1 || bytes.subarray(at, at + special.length).equals(special))
      ) {
        return true;
      }
    }
    return false;
  }

  #quoted(text: string): void {
    const { quote, escape } = this.#output;
    const escaped = escape === quote ? text : text.replaceAll(escape, escape + escape);
    this.#buffer.text(quote + escaped.replaceAll(quote, escape + quote) + quote);
  }
}

const empty = Buffer.alloc(0);

/** One object a record: as an array, or one a line. STRING, BOOL and numbers are JSON values, NULL is null, MISSING left out. */
class JsonWriter implements Writer {
  #isArray: boolean;
  #buffer: OutputBuffer;
  #recordEnd: string;
  #separator: string;
  #members: string[] = [];
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
    const isText = typeof value === 'string';
    if (isText) checkColumn(value.length);
    this.#members.push(this.#key(name) + (isText ? JSON.stringify(value) : value === null ? 'null' : textOf(value)));
  }

  /** Keys are few and come in every record. */
  #key(name: string): string {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = `${JSON.stringify(name)}:`;
    this.#keys.set(name, key);
    return key;
  }

  endRecord(): void {
    this.#buffer.text(`${this.#separator}{${this.#members.join(',')}}${this.#recordEnd}`);
    this.#buffer.endRecord();
    if (this.#isArray) this.#separator = ',';
    this.#members = [];
  }

  end(): void {
    if (this.#isArray) this.#buffer.text(this.#separator === '[' ? '[]' : ']');
  }
}

function checkColumn(length: number): void {
  if (length > maxRecordBytes) {
    throw new SqlError('ColumnTooLong', `A column of the result is longer than ${maxRecordBytes} bytes.`);
  }
}
