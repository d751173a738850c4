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
  #fields = new Int32Array(0);
  #first = 0;
  /** The bytes that `from` and `to` are offsets into; valid until the next batch. */
  block: Buffer = Buffer.alloc(0);
  /** Where the text of the field last found stands. */
  from = 0;
  to = 0;
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
      this.block = batch.bytes;
      this.#fields = batch.fields as Int32Array<ArrayBuffer>;
    }
    this.#first = batch.records[record] as number;
    this.width = (batch.records[record + 1] as number) - this.#first - 1;
    this.number = batch.recordsBefore + record + 1;
  }

  /** Where the record begins in the block. */
  get start(): number {
    return this.#start(0);
  }

  /**
   * Finds the text of a field of the record, without its quotes, in the block. False where it does not stand there: in a
   * field with escapes.
   */
  find(field: number): boolean {
    this.from = this.#start(field);
    this.to = this.#end(field);
    if (!this.#isQuoted(this.from, this.to)) return true;
    this.from += this.#quote.length;
    this.to -= this.#quote.length;
    return !this.#holdsEscape(this.from, this.to);
  }

  /** The text of a field, or undefined where the record has no such field. */
  text(field: number): string | undefined {
    if (field >= this.width) return undefined;
    const isPlain = this.find(field);
    const text = this.block.toString('utf8', this.from, this.to);
    return isPlain ? text : this.#unescaped(text);
  }

  /** Whether a field's text is the text of these bytes; undefined where the record has no such field. */
  equals(field: number, constant: Buffer): boolean | undefined {
    if (field >= this.width) return undefined;
    if (!this.find(field)) return this.text(field) === constant.toString('utf8');
    const { block, from } = this;
    if (this.to - from !== constant.length) return false;
    for (let i = 0; i < constant.length; i++) if (block[from + i] !== constant[i]) return false;
    return true;
  }

  #start(field: number): number {
    return (this.#fields[this.#first + field] as number) + this.#delimiterLength;
  }

  #end(field: number): number {
    return this.#fields[this.#first + field + 1] as number;
  }

  #isQuoted(start: number, end: number): boolean {
    const quote = this.#quote;
    if (quote.length === 0 || end - start < 2 * quote.length || this.block[start] !== quote[0]) return false;
    return quote.length === 1 || this.block.subarray(start, start + quote.length).equals(quote);
  }

  #holdsEscape(from: number, to: number): boolean {
    const [first] = this.#escape;
    if (first === undefined) return false;
    // One byte of it is enough to look closer, and a loop that ends with the field beats a search that does not.
    for (let at = from; at < to; at++) if (this.block[at] === first) return true;
    return false;
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
