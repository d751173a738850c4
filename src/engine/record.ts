import type { CsvInput } from './options';
import type { RecordBatch } from './record-batch';

/**
 * A cursor over the records of batches, through which expressions read fields. Fields are numbered from 0 here.
 * A field is given as bytes where that suffices, and as text, its quotes and escapes undone, where it does not.
 */
export class RecordCursor {
  #quote: Buffer;
  #escape: Buffer;
  #delimiterLength: number;
  #batch: RecordBatch | undefined;
  #bytes: Buffer = Buffer.alloc(0);
  #fields = new Int32Array(0);
  #first = 0;
  /** How many fields the record has. */
  width = 0;
  /** The record's number in the file, from 1. */
  number = 0;

  constructor(input: CsvInput) {
    this.#quote = Buffer.from(input.quote);
    this.#escape = Buffer.from(input.escape);
    this.#delimiterLength = Buffer.byteLength(input.delimiter);
  }

  moveTo(batch: RecordBatch, record: number): void {
    if (batch !== this.#batch) {
      this.#batch = batch;
      this.#bytes = batch.bytes;
      this.#fields = batch.fields as Int32Array<ArrayBuffer>;
    }
    this.#first = batch.records[record] as number;
    this.width = (batch.records[record + 1] as number) - this.#first - 1;
    this.number = batch.recordsBefore + record + 1;
  }

  /** The text of a field, or undefined where the record has no such field. */
  text(field: number): string | undefined {
    if (field >= this.width) return undefined;
    const start = this.#start(field);
    const end = this.#end(field);
    if (!this.#isQuoted(start, end)) return this.#bytes.toString('utf8', start, end);
    const [from, to] = [start + this.#quote.length, end - this.#quote.length];
    const inner = this.#bytes.toString('utf8', from, to);
    return this.#holdsEscape(from, to) ? this.#unescaped(inner) : inner;
  }

  /** Whether a field's text is the text of these bytes; undefined where the record has no such field. */
  equals(field: number, constant: Buffer): boolean | undefined {
    if (field >= this.width) return undefined;
    const start = this.#start(field);
    const end = this.#end(field);
    if (this.#isQuoted(start, end)) return this.text(field) === constant.toString('utf8');
    if (end - start !== constant.length) return false;
    for (let i = 0; i < constant.length; i++) if (this.#bytes[start + i] !== constant[i]) return false;
    return true;
  }

  /**
   * The bytes of a field's text where they stand in the block; undefined where they do not: in a field with escapes.
   * They are valid until the next batch.
   */
  bytes(field: number): Buffer | undefined {
    const start = this.#start(field);
    const end = this.#end(field);
    if (!this.#isQuoted(start, end)) return this.#bytes.subarray(start, end);
    const [from, to] = [start + this.#quote.length, end - this.#quote.length];
    return this.#holdsEscape(from, to) ? undefined : this.#bytes.subarray(from, to);
  }

  #start(field: number): number {
    return (this.#fields[this.#first + field] as number) + this.#delimiterLength;
  }

  #end(field: number): number {
    return this.#fields[this.#first + field + 1] as number;
  }

  #isQuoted(start: number, end: number): boolean {
    const quote = this.#quote;
    if (quote.length === 0 || end - start < 2 * quote.length || this.#bytes[start] !== quote[0]) return false;
    return quote.length === 1 || this.#bytes.subarray(start, start + quote.length).equals(quote);
  }

  #holdsEscape(from: number, to: number): boolean {
    if (this.#escape.length === 0) return false;
    const found = this.#bytes.indexOf(this.#escape, from);
    return found >= 0 && found < to;
  }

  /** Drops each escape character, and takes the character after it as it is. */
  #unescaped(text: string): string {
    const escape = this.#escape.toString('utf8');
    let plain = '';
    let from = 0;
    for (let at = text.indexOf(escape); at >= 0; at = text.indexOf(escape, from + 1)) {
      plain += text.slice(from, at);
      from = at + escape.length;
      if (from >= text.length) break;
    }
    return plain + text.slice(from);
  }
}
