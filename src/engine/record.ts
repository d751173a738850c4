import type { CsvInput } from './options';
import type { RecordPlaces } from './record-batch';
import { ShortTexts } from './short-texts';

/**
 * A cursor over the records of batches, through which expressions read fields. Fields are numbered from 0 here.
 * A field is given as bytes where that suffices, and as text, its quotes and escapes undone, where it does not.
 */
export class RecordCursor {
  #quote: Buffer;
  #quoteLength: number;
  /** The first of the quote, -1 where there is none. */
  #quoteByte: number;
  #escape: Buffer;
  #escapeByte: number | undefined;
  #delimiterLength: number;
  #texts = new ShortTexts();
  #places: RecordPlaces | undefined;
  #fields = new Int32Array(0);
  #records = new Int32Array(0);
  #index = 0;
  #first = 0;
  /** The bytes that `from` and `to` are offsets into; valid until the next batch. */
  block: Buffer = Buffer.alloc(0);
  /** Where the text of the field last found stands. */
  from = 0;
  to = 0;
  /** How many fields the record has. */
  width = 0;
  /** Another one each time that the cursor moves. */
  turn = 0;

  constructor(input: CsvInput) {
    this.#quote = Buffer.from(input.quote);
    this.#quoteLength = this.#quote.length;
    this.#quoteByte = this.#quote[0] ?? -1;
    this.#escape = Buffer.from(input.escape);
    this.#escapeByte = this.#escape[0];
    this.#delimiterLength = Buffer.byteLength(input.delimiter);
  }

  moveTo(places: RecordPlaces, record: number): void {
    if (places !== this.#places) {
      this.#places = places;
      this.block = places.bytes;
      this.#fields = places.fields as Int32Array<ArrayBuffer>;
      this.#records = places.records as Int32Array<ArrayBuffer>;
    }
    this.#first = this.#records[record] as number;
    this.width = (this.#records[record + 1] as number) - this.#first - 1;
    this.#index = record;
    this.turn++;
  }

  /** The record's number in the file, from 1. */
  get number(): number {
    return (this.#places?.recordsBefore ?? 0) + this.#index + 1;
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
    return !this.#findQuoted(field) || !this.#holdsEscape(this.from, this.to);
  }

  /** The text of a field, or undefined where the record has no such field. */
  text(field: number): string | undefined {
    if (field >= this.width) return undefined;
    const isPlain = this.find(field);
    const text = this.#texts.of(field, this.block, this.from, this.to);
    return isPlain ? text : this.#unescaped(text);
  }

  /** Whether a field's text is, or begins with, the text of these bytes; undefined where the record has no such field. */
  matches(field: number, constant: Buffer, match: 'whole' | 'prefix'): boolean | undefined {
    if (field >= this.width) return undefined;
    const escape = this.#findQuoted(field) ? this.#escapeByte : undefined;
    const { block, from } = this;
    const surplus = this.to - from - constant.length;
    // Without its escapes a text is shorter, never longer.
    if (surplus < 0) return false;
    let same = 0;
    while (same < constant.length && block[from + same] === constant[same] && constant[same] !== escape) same++;
    const isWhole = match === 'whole';
    if (same === constant.length && (surplus === 0 || !isWhole)) return true;
    // Up to the first escape the text is as it stands.
    if (escape === undefined || (block[from + same] !== escape && constant[same] !== escape)) return false;
    const text = this.text(field) as string;
    return isWhole ? text === constant.toString('utf8') : text.startsWith(constant.toString('utf8'));
  }

  /** Finds what of a field of the record is between its quotes, if it has any, and answers that. Escapes may be in it. */
  #findQuoted(field: number): boolean {
    this.from = this.#start(field);
    this.to = this.#end(field);
    if (!this.#isQuoted(this.from, this.to)) return false;
    this.from += this.#quoteLength;
    this.to -= this.#quoteLength;
    return true;
  }

  #start(field: number): number {
    return (this.#fields[this.#first + field] as number) + this.#delimiterLength;
  }

  #end(field: number): number {
    return this.#fields[this.#first + field + 1] as number;
  }

  #isQuoted(start: number, end: number): boolean {
    if (this.block[start] !== this.#quoteByte || end - start < 2 * this.#quoteLength) return false;
    return this.#quoteLength === 1 || this.block.subarray(start, start + this.#quoteLength).equals(this.#quote);
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
