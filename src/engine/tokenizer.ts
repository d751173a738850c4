import { maxColumns, maxRecordBytes } from './limits';
import type { CsvInput } from './options';
import type { Wanted } from './record-batch';
import type { KernelBlock } from './simd/kernel-block';
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

  #capacity: number;
  #block: Buffer<ArrayBuffer> | undefined;
  #delimiter: Buffer;
  #recordDelimiter: Buffer;
  #quote: Buffer;
  #escape: Buffer;
  #comment: Buffer;
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
    this.#capacity = capacity;
    this.#delimiter = Buffer.from(input.delimiter);
    this.#recordDelimiter = Buffer.from(input.recordDelimiter);
    this.#quote = Buffer.from(input.quote);
    this.#escape = Buffer.from(input.escape);
    this.#comment = Buffer.from(input.comment);
    this.#allowQuotedNewlines = input.allowQuotedNewlines;
    this.dropsCarriageReturn = input.recordDelimiter === '\n' && input.delimiter !== '\r' && input.quote !== '\r';
    this.#isLineFeed = input.recordDelimiter === '\n';
    this.delimiterLength = this.#delimiter.length;
    this.#lookahead = 2 * Math.max(4, this.#recordDelimiter.length);
  }

  /** What else can be done with the block at once; undefined without SIMD. */
  readonly kernel: KernelBlock | undefined;

  /** Where the bytes to tokenize are put. */
  get block(): Buffer<ArrayBuffer> {
    this.#block ??= Buffer.allocUnsafeSlow(this.#capacity);
    return this.#block;
  }

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
    this.findRecords(bytes, length, isLast);
    this.#setRecord(this.count, this.fieldCount);
    this.recordsFound += this.count;
  }

  protected findRecords(bytes: Buffer, length: number, isLast: boolean): void {
    while (this.findRecord(bytes, length, isLast));
  }

  /** Adds the next record of the block; a comment or a blank one adds nothing. False where there is no other. */
  protected findRecord(bytes: Buffer, length: number, isLast: boolean): boolean {
    // Blank records need no more than a look: a file may hold millions of them.
    while (this.#isLineFeed && bytes[this.used] === lineFeed && this.used < length - this.#lookahead) this.used++;
    if (this.used >= length) return false;
    try {
      const next = this.#record(bytes, this.used, length, isLast);
      if (next < 0) return false;
      this.used = next;
      return true;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      this.fault = error;
      this.fieldCount = this.#firstSeparator;
      return false;
    }
  }

  /** Reads one record and answers where the next one starts, or -1 when the block ends before it does. */
  #record(bytes: Buffer, start: number, length: number, isLast: boolean): number {
    const limit = isLast ? length : length - this.#lookahead;
    if (start >= limit) return -1;
    const firstSeparator = this.fieldCount;
    this.#firstSeparator = firstSeparator;
    const isComment = this.#comment.length > 0 && matches(bytes, start, length, this.#comment);
    this.#addSeparator(start - this.delimiterLength);
    let at = start;
    for (;;) {
      const end = isComment
        ? this.#endOfComment(bytes, at, length, isLast)
        : this.#endOfField(bytes, at, length, limit, isLast);
      if (end < 0) {
        this.fieldCount = firstSeparator;
        if (length - start > maxRecordBytes) throw this.#tooLong();
        return -1;
      }
      this.#addSeparator(end);
      if (end < length && !isComment && matches(bytes, end, length, this.#delimiter)) {
        at = end + this.delimiterLength;
        if (this.fieldCount - firstSeparator > maxColumns)
          throw this.#error('OverMaxColumn', `has more than ${maxColumns} columns`);
        continue;
      }
      const next = Math.min(length, end + this.#recordDelimiter.length);
      return this.#finish(bytes, start, end, next, firstSeparator, isComment);
    }
  }

  /** Keeps the record, unless it is blank or a comment. */
  #finish(bytes: Buffer, start: number, end: number, next: number, firstSeparator: number, isComment: boolean): number {
    if (end - start > maxRecordBytes) throw this.#tooLong();
    let last = end;
    if (this.dropsCarriageReturn && end > start && bytes[end - 1] === carriageReturn) {
      last = end - 1;
      this.fields[this.fieldCount - 1] = last;
    }
    if (isComment || last === start) this.fieldCount = firstSeparator;
    else this.#setRecord(this.count++, firstSeparator);
    return next;
  }

  /** A comment runs to the end of its line, whatever quotes are in it. */
  #endOfComment(bytes: Buffer, start: number, length: number, isLast: boolean): number {
    const found = bytes.indexOf(this.#recordDelimiter, start);
    // What lies beyond `length` is left from an earlier block.
    if (found >= 0 && found + this.#recordDelimiter.length <= length) return found;
    return isLast ? length : -1;
  }

  /** The offset of the delimiter, the record delimiter or the end that ends the field; -1 when it is beyond the limit. */
  #endOfField(bytes: Buffer, start: number, length: number, limit: number, isLast: boolean): number {
    if (this.#quote.length > 0 && matches(bytes, start, length, this.#quote)) {
      return this.#endOfQuoted(bytes, start, length, limit, isLast);
    }
    const [first, second] = [this.#delimiter[0], this.#recordDelimiter[0]];
    for (let at = start; at < limit; at++) {
      const byte = bytes[at];
      if (byte !== first && byte !== second) continue;
      if (matches(bytes, at, length, this.#delimiter) || matches(bytes, at, length, this.#recordDelimiter)) return at;
    }
    return isLast ? length : -1;
  }

  #endOfQuoted(bytes: Buffer, start: number, length: number, limit: number, isLast: boolean): number {
    const quote = this.#quote;
    const escape = this.#escape;
    const isDoubled = escape.equals(quote);
    let at = start + quote.length;
    while (at < limit) {
      if (!isDoubled && escape.length > 0 && matches(bytes, at, length, escape)) {
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

  #addSeparator(offset: number): void {
    if (this.fieldCount === this.fields.length) this.fields = grown(this.fields);
    this.fields[this.fieldCount++] = offset;
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

/** Whether a delimiter stands at an offset: most are one byte. */
function matches(bytes: Buffer, at: number, length: number, delimiter: Buffer): boolean {
  if (at + delimiter.length > length || bytes[at] !== delimiter[0]) return false;
  for (let i = 1; i < delimiter.length; i++) if (bytes[at + i] !== delimiter[i]) return false;
  return true;
}

/** Bytes of the UTF-8 character that starts with this byte. */
const characterLength = (byte: number): number => (byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4);
