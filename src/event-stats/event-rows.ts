// Rows of events, `epoch,"user-id","event"`, read as bytes: no string is made of a row that is right. A row is a line; it
// ends with LF or CRLF, the last one perhaps with nothing. A byte order mark, one header line and blank lines are passed
// over, blanks around a field do not count, and a field may stand in quotes, in which `""` is a quote.

/** What is done with each row, in the file's order. The bytes are valid only during the call. */
export interface RowSink {
  /** The user's id is `bytes` from `start` to before `end`. Answers false where that is not UTF-8, and counts nothing then. */
  event(epochMs: number, bytes: Buffer, start: number, end: number): boolean;
  /** Lines are counted from 1, whatever is on them. */
  badRow(line: number, details: string): void;
}

/** A longer row is bad, and is never held as a whole. */
export const maxRowBytes = 64 * 1024;
/** The most that a key of DynamoDB may have, where the users are. */
export const maxUserIdBytes = 2048;
/** From here on a time is in milliseconds: 1973-03-03, or in seconds the year 5138. */
const firstMilliseconds = 100_000_000_000;
/** The last moment of 9999-12-30 in UTC: whatever the time zone, its day has a year of four digits. */
const lastMs = Date.UTC(9999, 11, 31) - 1;

const lf = 10;
const cr = 13;
const space = 32;
const tab = 9;
const quote = 34;
const comma = 44;
const zero = 48;
const byteOrderMark = Buffer.from('\ufeff');

/** Takes the bytes of a file in chunks that may end anywhere. Does no I/O. */
export class EventRows {
  readonly #sink: RowSink;
  /** The beginning of a line whose end is still to come. */
  readonly #pending = Buffer.alloc(maxRowBytes);
  #pendingBytes = 0;
  /** The line's beginning was longer than a row may be: the rest of it is passed over. */
  #isTooLong = false;
  #line = 0;
  #mayBeHeader = true;

  // The field that was read last: its bytes without quotes around it, and where the next one begins, which is past the
  // end of the row after the last one.
  #start = 0;
  #end = 0;
  #next = 0;
  #hasDoubledQuotes = false;
  readonly #unescaped = Buffer.alloc(maxUserIdBytes);

  constructor(sink: RowSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(lf); end >= 0; end = bytes.indexOf(lf, start)) {
      if (this.#pendingBytes > 0 || this.#isTooLong) {
        this.#keep(bytes, start, end);
        this.#finishPending();
      } else {
        this.#row(bytes, start, end);
      }
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(bytes, start, bytes.length);
  }

  /** The file has ended, perhaps within a line. */
  end(): void {
    if (this.#pendingBytes > 0 || this.#isTooLong) this.#finishPending();
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    if (this.#isTooLong || this.#pendingBytes + (end - start) > maxRowBytes) {
      this.#isTooLong = true;
      return;
    }
    this.#pendingBytes += bytes.copy(this.#pending, this.#pendingBytes, start, end);
  }

  #finishPending(): void {
    if (this.#isTooLong) this.#tooLong();
    else this.#row(this.#pending, 0, this.#pendingBytes);
    this.#pendingBytes = 0;
    this.#isTooLong = false;
  }

  #tooLong(): void {
    this.#line += 1;
    this.#mayBeHeader = false;
    this.#sink.badRow(this.#line, `the row is longer than ${maxRowBytes} bytes`);
  }

  #row(bytes: Buffer, lineStart: number, lineEnd: number): void {
    if (lineEnd - lineStart > maxRowBytes) {
      this.#tooLong();
      return;
    }
    this.#line += 1;
    let start = lineStart;
    if (this.#line === 1 && byteOrderMark.equals(bytes.subarray(start, start + byteOrderMark.length))) start += 3;
    let end = lineEnd > start && bytes[lineEnd - 1] === cr ? lineEnd - 1 : lineEnd;
    while (end > start && isBlank(bytes[end - 1])) end -= 1;
    while (start < end && isBlank(bytes[start])) start += 1;
    if (start === end) return;

    const fault = this.#event(bytes, start, end);
    if (fault !== undefined && !(this.#mayBeHeader && this.#isHeader(bytes, start, end))) {
      this.#sink.badRow(this.#line, fault);
    }
    this.#mayBeHeader = false;
  }

  /** Hands an event to the sink, or tells what is wrong with the row. */
  #event(bytes: Buffer, start: number, end: number): string | undefined {
    if (!this.#readField(bytes, start, end)) return strayQuote;
    const epoch = wholeNumber(bytes, this.#start, this.#end);
    if (epoch < 0) return 'the time, the first field, is not a whole number of seconds or milliseconds';
    const epochMs = epoch < firstMilliseconds ? epoch * 1000 : epoch;
    if (epochMs > lastMs) return 'the time, the first field, lies after the year 9999';

    if (!this.#readField(bytes, this.#next, end)) return strayQuote;
    const idStart = this.#start;
    const idEnd = this.#end;
    const idHasDoubledQuotes = this.#hasDoubledQuotes;
    if (idStart === idEnd) return 'the user id, the second field, is missing';
    if (idEnd - idStart > maxUserIdBytes) return `the user id is longer than ${maxUserIdBytes} bytes`;

    if (!this.#readField(bytes, this.#next, end)) return strayQuote;
    if (this.#start === this.#end) return 'the event, the third field, is missing';
    if (this.#next <= end) return 'the row has more than three fields; it is epoch,"user-id","event"';

    const isTaken = idHasDoubledQuotes
      ? this.#sink.event(epochMs, this.#unescaped, 0, this.#unescape(bytes, idStart, idEnd))
      : this.#sink.event(epochMs, bytes, idStart, idEnd);
    return isTaken ? undefined : 'the user id is not UTF-8';
  }

  /** Three fields, of which the first begins as a name does. */
  #isHeader(bytes: Buffer, start: number, end: number): boolean {
    let next = start;
    for (let field = 1; field <= 3; field += 1) {
      if (next > end || !this.#readField(bytes, next, end)) return false;
      if (field === 1 && !isLetter(bytes[this.#start])) return false;
      next = this.#next;
    }
    return next > end;
  }

  /** Answers false where a quote is not closed, or has something other than a comma behind it. */
  #readField(bytes: Buffer, from: number, end: number): boolean {
    let at = from;
    while (at < end && isBlank(bytes[at])) at += 1;
    this.#hasDoubledQuotes = false;
    if (at < end && bytes[at] === quote) {
      at += 1;
      this.#start = at;
      for (; ; at += 1) {
        if (at >= end) return false;
        if (bytes[at] !== quote) continue;
        if (at + 1 >= end || bytes[at + 1] !== quote) break;
        this.#hasDoubledQuotes = true;
        at += 1;
      }
      this.#end = at;
      at += 1;
      while (at < end && isBlank(bytes[at])) at += 1;
      this.#next = at + 1;
      return at >= end || bytes[at] === comma;
    }
    this.#start = at;
    while (at < end && bytes[at] !== comma) at += 1;
    this.#next = at + 1;
    while (at > this.#start && isBlank(bytes[at - 1])) at -= 1;
    this.#end = at;
    return true;
  }

  /** Answers how many bytes are left in `#unescaped`. */
  #unescape(bytes: Buffer, start: number, end: number): number {
    let length = 0;
    for (let at = start; at < end; at += 1) {
      if (bytes[at] === quote) at += 1;
      this.#unescaped[length] = bytes[at] ?? 0;
      length += 1;
    }
    return length;
  }
}

const strayQuote = 'a quote is not closed, or has something other than a comma behind it';

const isLetter = (byte = 0): boolean => /[a-z_]/i.test(String.fromCharCode(byte));

const isBlank = (byte: number | undefined): boolean => byte === space || byte === tab;

/** Of digits alone, exact as far as it matters; -1 for anything else. */
function wholeNumber(bytes: Buffer, start: number, end: number): number {
  if (start === end) return -1;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
