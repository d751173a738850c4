import { chunkBytes } from './limits';
import type { CsvInput } from './options';
import type { RecordCursor } from './record';
import type { RecordPlaces } from './record-batch';

const nothing = { records: 0, output: Buffer.alloc(0) };
const [carriageReturn, lineFeed] = [13, 10];
/** From here on a copy is faster than a loop. */
const longBytes = 256;
/** Records with quotes come in crowds: after one so many are written before it is looked for plain ones again. */
const recordsPerLook = 16;

/**
 * Writes records in the form in which they were read, with quotes only where they are needed. Records without a quote or
 * a carriage return are copied as they stand, as many at once as follow each other in the block.
 */
export class ScalarWriting {
  columns: readonly number[] = [];
  #record: RecordCursor;
  #delimiter: number;
  #quote: number;
  /** Whether each of the characters that matter is one byte, and the quote escapes itself: nothing is written otherwise. */
  #isSimple: boolean;
  /** 1 at the bytes for which a field needs quotes. */
  #isSpecial = new Uint8Array(256);
  #out: Buffer | undefined;
  #length = 0;
  #places: RecordPlaces | undefined;
  /** The first quote, and the first carriage return, at or after the last place that was asked about. */
  #nextQuote = -1;
  #nextReturn = -1;

  constructor({ delimiter, quote, escape, recordDelimiter }: CsvInput, record: RecordCursor) {
    this.#record = record;
    this.#isSimple =
      escape === quote && [delimiter, quote, recordDelimiter].every((text) => Buffer.byteLength(text) === 1);
    this.#delimiter = delimiter.charCodeAt(0);
    this.#quote = quote.charCodeAt(0);
    for (const byte of [this.#delimiter, this.#quote, carriageReturn, lineFeed]) this.#isSpecial[byte] = 1;
  }

  /** Writes records of a selection until a chunk is full, all of their fields or those of `columns`. */
  write(places: RecordPlaces, selection: Uint32Array, from: number, count: number, isWhole: boolean) {
    if (!this.#isSimple) return nothing;
    if (places !== this.#places) [this.#places, this.#nextQuote, this.#nextReturn] = [places, -1, -1];
    this.#out ??= Buffer.allocUnsafeSlow(chunkBytes);
    this.#length = 0;
    const record = this.#record;
    let place = from;
    let nextLook = from;
    while (place < from + count) {
      record.moveTo(places, selection[place] as number);
      const { start, end } = record;
      const columns = isWhole ? record.width : this.columns.length;
      // At worst each byte is a quote, and each column the longest.
      const most = (isWhole ? 2 : 2 * columns) * (end - start) + 3 * columns + 1;
      if (this.#length + most > chunkBytes) break;
      if (isWhole && place >= nextLook) {
        if (this.#isPlain(start, end)) {
          place = this.#writeRun(places, selection, place, from + count);
          continue;
        }
        nextLook = place + recordsPerLook;
      }
      this.#writeRecord(isWhole ? undefined : this.columns);
      place++;
    }
    return { records: place - from, output: this.#out.subarray(0, this.#length) };
  }

  /** Whether there is neither a quote nor a carriage return in a range. Ranges are asked about in order. */
  #isPlain(start: number, end: number): boolean {
    const { bytes } = this.#places as RecordPlaces;
    if (this.#nextQuote < start) this.#nextQuote = placeOf(bytes, this.#quote, start);
    if (this.#nextQuote < end) return false;
    if (this.#nextReturn < start) this.#nextReturn = placeOf(bytes, carriageReturn, start);
    return this.#nextReturn >= end;
  }

  /** Copies the record that the cursor is at, and those behind it as long as they are plain. Answers the next place. */
  #writeRun(places: RecordPlaces, selection: Uint32Array, first: number, last: number): number {
    const record = this.#record;
    const { start } = record;
    let { end } = record;
    let place = first + 1;
    for (; place < last; place++) {
      record.moveTo(places, selection[place] as number);
      const isNext = record.start === end + 1 && this.#length + record.end - start < chunkBytes;
      if (!isNext || !this.#isPlain(record.start, record.end)) break;
      end = record.end;
    }
    this.#copy(places.bytes, start, end);
    this.#byte(lineFeed);
    return place;
  }

  /** Writes the record that the cursor is at, each field as long as it needs no quotes byte by byte. */
  #writeRecord(columns: readonly number[] | undefined): void {
    const record = this.#record;
    const { block, width } = record;
    const out = this.#out as Buffer;
    const isSpecial = this.#isSpecial;
    const count = columns ? columns.length : width;
    let length = this.#length;
    for (let column = 0; column < count; column++) {
      if (column > 0) out[length++] = this.#delimiter;
      const field = columns ? (columns[column] as number) : column;
      if (field >= width) continue;
      const isQuoted = record.findQuoted(field);
      const { from, to } = record;
      const start = length;
      let at = from;
      for (; at < to; at++) {
        const byte = block[at] as number;
        if (isSpecial[byte] === 1) break;
        out[length++] = byte;
      }
      if (at === to) continue;
      this.#length = start;
      // One that stands in quotes is written as it stands, its quotes doubled already.
      if (isQuoted) this.#copy(block, from - 1, to + 1);
      else this.#quoted(block, from, to);
      length = this.#length;
    }
    out[length++] = lineFeed;
    this.#length = length;
  }

  #quoted(bytes: Buffer, from: number, to: number): void {
    this.#byte(this.#quote);
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      if (byte === this.#quote) this.#byte(byte);
      this.#byte(byte);
    }
    this.#byte(this.#quote);
  }

  #copy(bytes: Buffer, from: number, to: number): void {
    const out = this.#out as Buffer;
    let length = this.#length;
    if (to - from >= longBytes) length += bytes.copy(out, length, from, to);
    else for (let at = from; at < to; at++) out[length++] = bytes[at] as number;
    this.#length = length;
  }

  #byte(byte: number): void {
    (this.#out as Buffer)[this.#length++] = byte;
  }
}

function placeOf(bytes: Buffer, byte: number, from: number): number {
  const found = bytes.indexOf(byte, from);
  return found < 0 ? bytes.length : found;
}
