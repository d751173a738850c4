import { ByteSearch } from './byte-search';
import type { Kernel } from './kernel';
import { maxColumns, maxRecordBytes } from './limits';
import type { CsvInput } from './options';
import type { Wanted } from './record-batch';
import { ScalarKernel } from './scalar-kernel';
import { SqlError } from './sql-error';

/**
 * The exact tokenizer: finds records and fields in a block of bytes by the rules of S3 Select, one byte at a time.
 *
 * A field whose first character is the quote runs to the closing quote; a quote anywhere else is data. A record that the
 * block cuts off is left for the next call, when more of it has been read. Does no I/O and copies nothing.
 * Source: RFC 4180, section 2, and the rules for CSV input of S3 Select.
 */
export class Tokenizer {
  readonly delimiterLength: number;
  /** As in RecordBatch; valid until the next call. */
  fields = new Int32Array(1024);
  records = new Int32Array(256);
  count = 0;
  /** Bytes of the block that the records found cover. The rest is the start of a record. */
  used = 0;
  /** How many records the calls so far have found. */
  recordsFound = 0;
  /** What is asked for; what else there is may be left as it is. */
  wanted: Wanted = 'fields';
  /** The records found, written again; undefined where their fields are given instead. */
  rows: Buffer | undefined;
  /** Whether there may be more records, of which only the fields can be given. */
  hasMore = false;
  /** What is wrong with the record after those found; no more can be read. */
  fault: SqlError | undefined;

  #input: CsvInput;
  #capacity: number;
  #kernel: ScalarKernel | undefined;
  #block: Buffer<ArrayBuffer> | undefined;
  #delimiter: Buffer;
  #recordDelimiter: Buffer;
  #quote: Buffer;
  #escape: Buffer;
  #comment: Buffer;
  /** The first of each; -1 of one that is empty. */
  #delimiterByte: number;
  #quoteByte: number;
  #commentByte: number;
  /** 1 at the bytes with which that begins which ends a field. */
  #mayEnd = new Uint8Array(256);
  /** Whether delimiters and quote are one byte each, so that a byte decides. */
  #isShort: boolean;
  /** Finds what matters inside quotes. */
  #quotedStops: ByteSearch;
  /** The block, four bytes at a time. */
  #words: Int32Array | undefined;
  /** Whether the quote escapes itself. */
  #isDoubled: boolean;
  #allowQuotedNewlines: boolean;
  protected readonly dropsCarriageReturn: boolean;
  #isLineFeed: boolean;
  /** So many bytes must follow for a delimiter or a doubled quote to be recognised. */
  #lookahead: number;
  protected fieldCount = 0;
  /** Of the record that is being read. */
  #firstSeparator = 0;

  /** `capacity` is the size of the block. */
  constructor(input: CsvInput, capacity: number) {
    this.#input = input;
    this.#capacity = capacity;
    this.#delimiter = Buffer.from(input.delimiter);
    this.#recordDelimiter = Buffer.from(input.recordDelimiter);
    this.#quote = Buffer.from(input.quote);
    this.#escape = Buffer.from(input.escape);
    this.#comment = Buffer.from(input.comment);
    this.#delimiterByte = this.#delimiter[0] ?? -1;
    this.#quoteByte = this.#quote[0] ?? -1;
    this.#commentByte = this.#comment[0] ?? -1;
    this.#isDoubled = input.escape === input.quote;
    this.#allowQuotedNewlines = input.allowQuotedNewlines;
    for (const byte of firstBytes(this.#delimiter, this.#recordDelimiter)) this.#mayEnd[byte] = 1;
    this.#isShort = [this.#delimiter, this.#recordDelimiter, this.#quote].every(({ length }) => length <= 1);
    this.#quotedStops = new ByteSearch(
      input.allowQuotedNewlines
        ? firstBytes(this.#quote, this.#escape)
        : firstBytes(this.#quote, this.#escape, this.#recordDelimiter),
    );
    this.dropsCarriageReturn = input.recordDelimiter === '\n' && input.delimiter !== '\r' && input.quote !== '\r';
    this.#isLineFeed = input.recordDelimiter === '\n';
    this.delimiterLength = this.#delimiter.length;
    this.#lookahead = 2 * Math.max(4, this.#recordDelimiter.length);
  }

  /** For the records found. */
  get kernel(): Kernel {
    const places = {
      bytes: this.block,
      fields: this.fields,
      records: this.records,
      recordsBefore: this.recordsFound - this.count,
    };
    this.#kernel ??= new ScalarKernel(this.#input, places);
    this.#kernel.moveTo(places);
    return this.#kernel;
  }

  /** Where the bytes to tokenize are put. */
  get block(): Buffer<ArrayBuffer> {
    this.#block ??= Buffer.allocUnsafeSlow(4 * Math.ceil(this.#capacity / 4)).subarray(0, this.#capacity);
    return this.#block;
  }

  /** Gives back what others can use; nothing of this may be used any more. */
  release(): void {}

  /**
   * Finds the records in `block[from..length)`; `isLast` says that nothing follows. A faulty record ends them, with `fault`
   * CSVUnescapedQuote, CSVEscapingRecordDelimiter, OverMaxRecordSize or OverMaxColumn: it is not thrown, since a reader
   * that needs only the records before it never meets it.
   */
  tokenize(bytes: Buffer, length: number, isLast: boolean, from = 0): void {
    this.count = 0;
    this.fieldCount = 0;
    this.used = from;
    this.rows = undefined;
    this.hasMore = false;
    this.#words ??= new Int32Array(bytes.buffer, bytes.byteOffset, Math.ceil(bytes.length / 4));
    this.findRecords(bytes, length, isLast);
    this.#setRecord(this.count, this.fieldCount);
    this.recordsFound += this.count;
  }

  protected findRecords(bytes: Buffer, length: number, isLast: boolean): void {
    this.#find(bytes, length, isLast, Number.POSITIVE_INFINITY);
  }

  /** Adds the next record of the block; a comment or a blank one adds nothing. False where there is no other. */
  protected findRecord(bytes: Buffer, length: number, isLast: boolean): boolean {
    return this.#find(bytes, length, isLast, 1);
  }

  /** Whether there are so many records, comments and blank ones among them. */
  #find(bytes: Buffer, length: number, isLast: boolean, most: number): boolean {
    try {
      return this.#read(bytes, length, isLast, most);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      this.fault = error;
      this.fieldCount = this.#firstSeparator;
      return false;
    }
  }

  /** As `find`. One loop, so that what each byte is compared with stays at hand. */
  #read(bytes: Buffer, length: number, isLast: boolean, most: number): boolean {
    const limit = isLast ? length : length - this.#lookahead;
    const { delimiterLength, dropsCarriageReturn } = this;
    const recordDelimiterLength = this.#recordDelimiter.length;
    const delimiterByte = this.#delimiterByte;
    const quoteByte = this.#quoteByte;
    const commentByte = this.#commentByte;
    const isLineFeed = this.#isLineFeed;
    const isShort = this.#isShort;
    const mayEnd = this.#mayEnd;
    const words = this.#words as Int32Array;
    for (let found = 0; found < most; found++) {
      let start = this.used;
      // Blank records need no more than a look: a file may hold millions of them.
      while (isLineFeed && start < limit && bytes[start] === lineFeed) start++;
      this.used = start;
      if (start >= limit) return false;
      const first = this.fieldCount;
      this.#firstSeparator = first;
      if (bytes[start] === commentByte && matches(bytes, start, length, this.#comment)) {
        const end = this.#endOfComment(bytes, start, length, isLast);
        if (end < 0) return this.#cutOff(start, length);
        if (end - start > maxRecordBytes) throw this.#tooLong();
        this.used = Math.min(length, end + recordDelimiterLength);
        continue;
      }
      this.#makeRoom(Math.min(maxColumns, length - start + 1) + 1);
      const { fields } = this;
      let count = first;
      fields[count++] = start - delimiterLength;
      let end = start;
      for (let at = start; ; at = end + delimiterLength) {
        end = at;
        if (bytes[at] === quoteByte && at < length && (isShort || matches(bytes, at, length, this.#quote))) {
          end = this.#quotedStops.next(bytes, words, at + 1, limit) + 1;
          // Most often what matters first inside quotes is the closing one.
          if (!isShort || end >= limit || bytes[end - 1] !== quoteByte || mayEnd[bytes[end] as number] === 0) {
            this.fieldCount = count;
            end = this.#endOfQuoted(bytes, at, length, limit, isLast);
          }
        } else {
          while (end < limit && mayEnd[bytes[end] as number] === 0) end++;
          if (!isShort) end = this.#endOfPlain(bytes, end, length, limit);
          if (end >= limit) end = isLast ? length : -1;
        }
        if (end < 0) {
          this.fieldCount = first;
          return this.#cutOff(start, length);
        }
        fields[count++] = end;
        if (end === length || bytes[end] !== delimiterByte) break;
        if (!isShort && !matches(bytes, end, length, this.#delimiter)) break;
        if (count - first > maxColumns) throw this.#error('OverMaxColumn', `has more than ${maxColumns} columns`);
      }
      if (end - start > maxRecordBytes) throw this.#tooLong();
      this.used = Math.min(length, end + recordDelimiterLength);
      if (dropsCarriageReturn && end > start && bytes[end - 1] === carriageReturn) fields[count - 1] = --end;
      // A blank record is none.
      this.fieldCount = end > start ? count : first;
      if (end > start) this.#setRecord(this.count++, first);
    }
    return true;
  }

  /** A record that the block cuts off waits for more of it. */
  #cutOff(start: number, length: number): false {
    if (length - start > maxRecordBytes) throw this.#tooLong();
    return false;
  }

  /** A comment runs to the end of its line, whatever quotes are in it. */
  #endOfComment(bytes: Buffer, start: number, length: number, isLast: boolean): number {
    const found = bytes.indexOf(this.#recordDelimiter, start);
    // What lies beyond `length` is left from an earlier block.
    if (found >= 0 && found + this.#recordDelimiter.length <= length) return found;
    return isLast ? length : -1;
  }

  /** The offset of the delimiter, or the record delimiter, that ends a plain field; the limit, or more, where none does. */
  #endOfPlain(bytes: Buffer, start: number, length: number, limit: number): number {
    for (let at = start; at < limit; at++) {
      if (this.#mayEnd[bytes[at] as number] === 0) continue;
      if (matches(bytes, at, length, this.#delimiter) || matches(bytes, at, length, this.#recordDelimiter)) return at;
    }
    return limit;
  }

  /** The offset of the delimiter, the record delimiter or the end that ends the field; -1 when it is beyond the limit. */
  #endOfQuoted(bytes: Buffer, start: number, length: number, limit: number, isLast: boolean): number {
    const quote = this.#quote;
    const escape = this.#escape;
    const isDoubled = this.#isDoubled;
    let at = start + quote.length;
    for (;;) {
      at = this.#quotedStops.next(bytes, this.#words as Int32Array, at, limit);
      if (at >= limit) break;
      if (!isDoubled && matches(bytes, at, length, escape)) {
        at += escape.length;
        at += characterLength(bytes[at] ?? 0);
      } else if (matches(bytes, at, length, quote)) {
        const after = at + quote.length;
        if (!isDoubled || !matches(bytes, after, length, quote)) return this.#afterQuoted(bytes, after, length, isLast);
        at = after + quote.length;
      } else if (!this.#allowQuotedNewlines && matches(bytes, at, length, this.#recordDelimiter)) {
        throw this.#fieldError(
          'CSVEscapingRecordDelimiter',
          'has a line break inside quotes, which the input options do not allow (allow_quoted_newlines)',
        );
      } else {
        at++;
      }
    }
    if (isLast) {
      const recordStart = (this.fields[this.#firstSeparator] as number) + this.delimiterLength;
      if (length - recordStart > maxRecordBytes) throw this.#tooLong();
      throw this.#fieldError('CSVUnescapedQuote', 'has a quoted field that is never closed');
    }
    return -1;
  }

  /** Only a delimiter or the end may follow a closing quote. */
  #afterQuoted(bytes: Buffer, after: number, length: number, isLast: boolean): number {
    if (matches(bytes, after, length, this.#delimiter) || matches(bytes, after, length, this.#recordDelimiter))
      return after;
    if (after === length && isLast) return after;
    if (this.dropsCarriageReturn && bytes[after] === carriageReturn) {
      if (bytes[after + 1] === lineFeed && after + 1 < length) return after + 1;
      if (after + 1 === length && isLast) return after + 1;
    }
    throw this.#fieldError(
      'CSVUnescapedQuote',
      'has text after a closing quote; double a quote that is part of the text',
    );
  }

  /** Makes room for so many separators. */
  #makeRoom(separators: number): void {
    while (this.fieldCount + separators > this.fields.length) this.fields = grown(this.fields);
  }

  #setRecord(index: number, firstSeparator: number): void {
    if (index === this.records.length) this.records = grown(this.records);
    this.records[index] = firstSeparator;
  }

  #tooLong = () => this.#error('OverMaxRecordSize', `is longer than ${maxRecordBytes} bytes`);

  /** The fault of the record that is being read. */
  #error(code: string, what: string): SqlError {
    const record = this.recordsFound + this.count + 1;
    return new SqlError(code, `Record ${record} of the file ${what}.`, { record });
  }

  /** The fault of the field that is being read. */
  #fieldError(code: string, what: string): SqlError {
    const record = this.recordsFound + this.count + 1;
    const column = this.fieldCount - this.#firstSeparator;
    return new SqlError(code, `Record ${record} of the file, column ${column}, ${what}.`, { record, column });
  }
}

const carriageReturn = 13;
const lineFeed = 10;

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

const firstBytes = (...delimiters: readonly Buffer[]): readonly number[] =>
  delimiters.flatMap((delimiter) => [...delimiter.subarray(0, 1)]);

/** Whether a delimiter stands at an offset: most are one byte. */
function matches(bytes: Buffer, at: number, length: number, delimiter: Buffer): boolean {
  if (at + delimiter.length > length || bytes[at] !== delimiter[0]) return false;
  for (let i = 1; i < delimiter.length; i++) if (bytes[at + i] !== delimiter[i]) return false;
  return true;
}

/** Bytes of the UTF-8 character that starts with this byte. */
const characterLength = (byte: number): number => (byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4);
