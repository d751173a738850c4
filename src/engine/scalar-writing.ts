import { highBits, ones } from './byte-search';
import { chunkBytes } from './limits';
import type { CsvInput } from './options';
import type { RecordPlaces } from './record-batch';
import { nothingWritten } from './simd/kernel-block';

const [carriageReturn, lineFeed] = [13, 10];
const [carriageReturns, lineFeeds] = [0x0d0d0d0d, 0x0a0a0a0a];
/** From here on a copy is faster than a loop. */
const longBytes = 256;
/** Records with quotes come in crowds: so many are written before it is looked for plain ones again. */
const recordsPerLook = 16;

/**
 * Writes records in the form in which they were read, with quotes only where they are needed. Records without a quote or
 * a carriage return are copied as they stand, as many at once as follow each other in the block.
 */
export class ScalarWriting {
  columns: readonly number[] = [];
  #delimiter: number;
  #quote: number;
  /** Whether each of the characters that matter is one byte, and the quote escapes itself: nothing is written otherwise. */
  #isSimple: boolean;
  /** 1 at the bytes for which a field needs quotes. */
  #isSpecial = new Uint8Array(256);
  #out: Buffer | undefined;
  /** The same bytes, four at a time, wherever they begin. */
  #outView: DataView | undefined;
  #view: DataView | undefined;
  #length = 0;
  #places: RecordPlaces | undefined;
  /** The first quote, and the first carriage return, at or after the last place that was asked about. */
  #nextQuote = -1;
  #nextReturn = -1;

  constructor({ delimiter, quote, escape, recordDelimiter }: CsvInput) {
    this.#isSimple =
      escape === quote && [delimiter, quote, recordDelimiter].every((text) => Buffer.byteLength(text) === 1);
    this.#delimiter = delimiter.charCodeAt(0);
    this.#quote = quote.charCodeAt(0);
    for (const byte of [this.#delimiter, this.#quote, carriageReturn, lineFeed]) this.#isSpecial[byte] = 1;
  }

  /** Writes records of a selection until a chunk is full, all of their fields or those of `columns`. */
  write(places: RecordPlaces, selection: Uint32Array, from: number, count: number, isWhole: boolean) {
    if (!this.#isSimple) return nothingWritten;
    if (places !== this.#places) {
      [this.#places, this.#nextQuote, this.#nextReturn] = [places, -1, -1];
      this.#view = viewOf(places.bytes);
    }
    this.#out ??= Buffer.allocUnsafeSlow(chunkBytes);
    this.#outView ??= viewOf(this.#out);
    this.#length = 0;
    const last = from + count;
    let place = from;
    while (place < last) {
      let next = isWhole ? this.#copyPlain(places, selection, place, last) : place;
      if (next === place) {
        const end = isWhole ? Math.min(place + recordsPerLook, last) : last;
        next = this.#writeFields(places, selection, place, end, isWhole ? undefined : this.columns);
      }
      if (next === place) break;
      place = next;
    }
    return { records: place - from, output: this.#out.subarray(0, this.#length) };
  }

  /** Copies the records that are plain and follow each other, and answers the place of the first that is not. */
  #copyPlain({ bytes, fields, records }: RecordPlaces, selection: Uint32Array, first: number, last: number): number {
    let place = first;
    let [start, end] = [0, 0];
    for (; place < last; place++) {
      const record = selection[place] as number;
      const recordStart = (fields[records[record] as number] as number) + 1;
      const recordEnd = fields[(records[record + 1] as number) - 1] as number;
      if (place === first) start = recordStart;
      else if (recordStart !== end + 1) break;
      if (this.#length + recordEnd - start + 1 > chunkBytes || !this.#isPlain(bytes, recordStart, recordEnd)) break;
      end = recordEnd;
    }
    if (place === first) return place;
    const out = this.#out as Buffer;
    this.#length = copy(bytes, start, end, out, this.#length);
    out[this.#length++] = lineFeed;
    return place;
  }

  /** Whether there is neither a quote nor a carriage return in a range. Ranges are asked about in order. */
  #isPlain(bytes: Buffer, start: number, end: number): boolean {
    if (this.#nextQuote < start) this.#nextQuote = placeOf(bytes, this.#quote, start);
    if (this.#nextQuote < end) return false;
    if (this.#nextReturn < start) this.#nextReturn = placeOf(bytes, carriageReturn, start);
    return this.#nextReturn >= end;
  }

  /**
   * Writes records, each field four bytes at a time as long as it needs no quotes, and answers the place of the first for which
   * the chunk may have no room. One loop, so that what each byte needs stays at hand. A word tells as in ByteSearch whether it
   * holds a byte.
   */
  #writeFields(
    { bytes, fields, records }: RecordPlaces,
    selection: Uint32Array,
    first: number,
    last: number,
    columns: readonly number[] | undefined,
  ): number {
    const out = this.#out as Buffer;
    const isSpecial = this.#isSpecial;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const view = this.#view as DataView;
    const outView = this.#outView as DataView;
    const delimiters = Math.imul(delimiter, ones);
    const quotes = Math.imul(quote, ones);
    let length = this.#length;
    let place = first;
    for (; place < last; place++) {
      const record = selection[place] as number;
      const separators = records[record] as number;
      const width = (records[record + 1] as number) - separators - 1;
      const recordBytes = (fields[separators + width] as number) - (fields[separators] as number) - 1;
      const count = columns ? columns.length : width;
      // At worst each byte is a quote, and each column the longest.
      if (length + (columns ? 2 * count : 2) * recordBytes + 3 * count + 1 > chunkBytes) break;
      for (let column = 0; column < count; column++) {
        if (column > 0) out[length++] = delimiter;
        const field = columns ? (columns[column] as number) : column;
        if (field >= width) continue;
        let from = (fields[separators + field] as number) + 1;
        let to = fields[separators + field + 1] as number;
        const isQuoted = bytes[from] === quote && to - from >= 2;
        if (isQuoted) {
          from++;
          to--;
        }
        const start = length;
        let at = from;
        for (; at + 4 <= to; at += 4) {
          const word = view.getInt32(at, true);
          const a = word ^ delimiters;
          const b = word ^ quotes;
          const c = word ^ carriageReturns;
          const d = word ^ lineFeeds;
          const zeros = ((a - ones) & ~a) | ((b - ones) & ~b) | ((c - ones) & ~c) | ((d - ones) & ~d);
          if ((zeros & highBits) !== 0) break;
          outView.setInt32(length, word, true);
          length += 4;
        }
        for (; at < to; at++) {
          const byte = bytes[at] as number;
          if (isSpecial[byte] === 1) break;
          out[length++] = byte;
        }
        // One that stands in quotes is written as it stands, its quotes doubled already.
        if (at < to)
          length = isQuoted ? copy(bytes, from - 1, to + 1, out, start) : quoted(bytes, from, to, out, start, quote);
      }
      out[length++] = lineFeed;
    }
    this.#length = length;
    return place;
  }
}

/** Copies bytes to an offset, and answers where they end. */
function copy(bytes: Buffer, from: number, to: number, out: Buffer, offset: number): number {
  if (to - from >= longBytes) return offset + bytes.copy(out, offset, from, to);
  let length = offset;
  for (let at = from; at < to; at++) out[length++] = bytes[at] as number;
  return length;
}

/** As `copy`, in quotes. */
function quoted(bytes: Buffer, from: number, to: number, out: Buffer, offset: number, quote: number): number {
  let length = offset;
  out[length++] = quote;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === quote) out[length++] = byte;
    out[length++] = byte;
  }
  out[length++] = quote;
  return length;
}

const viewOf = (bytes: Buffer) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function placeOf(bytes: Buffer, byte: number, from: number): number {
  const found = bytes.indexOf(byte, from);
  return found < 0 ? bytes.length : found;
}
