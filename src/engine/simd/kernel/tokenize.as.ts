// Finds records and fields, 64 bytes at a time.
//
// It knows delimiters of one byte, quotes that are doubled to escape them, and records ended by one byte. Whatever else a
// record holds, it stops before that record and says so: the exact tokenizer reads it, and the kernel goes on behind it.

import { lowest, maskOf } from './masks.as';
import { reach } from './progress.as';
import { insideAfter, quotedBytes, returnsBeforeEnds } from './quotes.as';

/**
 * Finds the whole records in `bytes[from..length)`, `from` being the start of one, and writes them as in RecordBatch behind
 * the `separator` separators and `record` records that are there. `quote` and `comment` are -1 where there is none; a
 * carriage return before the record's end is left out where `dropsCr`. Answers whether it stopped before a record that it
 * does not know. Reads up to 64 bytes behind `length`, and writes up to four separators behind the last.
 */
export function tokenize(
  bytes: usize,
  from: u32,
  length: u32,
  fields: usize,
  recordsAt: usize,
  separator: u32,
  record: u32,
  delimiter: i32,
  quote: i32,
  recordDelimiter: i32,
  comment: i32,
  dropsCr: bool,
  allowsQuotedNewlines: bool,
  maxColumns: u32,
  maxRecordBytes: u32,
): bool {
  const delimiters = i8x16.splat(<i8>delimiter);
  const ends = i8x16.splat(<i8>recordDelimiter);
  const quotes = i8x16.splat(<i8>quote);
  /** All ones where there are quotes at all. */
  const quoting: u64 = quote < 0 ? 0 : ~(<u64>0);
  let start = from;
  let isUnknown = comment >= 0 && from < length && <i32>load<u8>(bytes + from) === comment;
  /** Where the next separator goes, and the first of the record. */
  let next = fields + ((<usize>separator) << 2);
  let first = next;
  let recordEnd = recordsAt + ((<usize>record) << 2);
  store<i32>(next, <i32>from - 1);
  next += 4;
  /** All ones where the 64 bytes before ended inside quotes. */
  let inside: u64 = 0;
  /** Whether a quote that is the first of the next 64 bytes may open, and whether the byte before them closed. */
  let mayOpen: u64 = 1;
  let hasClosed: u64 = 0;
  /** Those of the 64 bytes that are there. */
  let valid: u64 = ~(<u64>0);

  for (let at = from; at < length && !isUnknown; at += 64) {
    const place = bytes + at;
    const left = length - at;
    if (left < 64) valid = ((<u64>1) << left) - 1;
    let d = maskOf(place, delimiters) & valid;
    let n = maskOf(place, ends) & valid;
    const q = maskOf(place, quotes) & valid & quoting;
    // One branch: whether a field is open where the 64 bytes begin is a guess that is often wrong.
    if ((q | inside | hasClosed) === 0) {
      mayOpen = (d | n) >> 63;
    } else {
      const quoted = quotedBytes(q, inside);
      inside = insideAfter(quoted);
      let unknown = allowsQuotedNewlines ? 0 : n & quoted;
      n &= ~quoted;
      d &= ~quoted;
      const fieldEnds = d | n;
      const closing = q & ~quoted;
      const afterClosing = (closing << 1) | hasClosed;
      unknown |= q & quoted & ~afterClosing & ~((fieldEnds << 1) | mayOpen);
      let unclosed = afterClosing & ~(fieldEnds | q);
      if (unclosed !== 0) {
        if (dropsCr) unclosed &= ~returnsBeforeEnds(place, left, n, recordDelimiter);
        unknown |= unclosed & valid;
      }
      mayOpen = fieldEnds >> 63;
      hasClosed = closing >> 63;
      if (unknown !== 0) {
        isUnknown = true;
        const before = lowest(unknown) - 1;
        d &= before;
        n &= before;
      }
    }
    while (n !== 0) {
      const lowestEnd = lowest(n);
      let here = d & (lowestEnd - 1);
      d ^= here;
      while (here !== 0) {
        store<u32>(next, at + <u32>ctz(here));
        next += 4;
        here &= here - 1;
      }
      const found = at + <u32>ctz(n);
      n ^= lowestEnd;
      let end = found;
      if (dropsCr && found > start && load<u8>(bytes + found - 1) === 13) end--;
      if (end === start && next - first === 4) {
        next = first;
      } else {
        const columns = <u32>((next - first) >> 2);
        if (columns > maxColumns || found - start > maxRecordBytes) {
          isUnknown = true;
          break;
        }
        store<u32>(next, end);
        next += 4;
        store<u32>(recordEnd, <u32>((first - fields) >> 2));
        recordEnd += 4;
        first = next;
      }
      start = found + 1;
      store<u32>(next, found);
      next += 4;
      if (comment >= 0 && start < length && <i32>load<u8>(bytes + start) === comment) {
        isUnknown = true;
        break;
      }
    }
    if (isUnknown) break;
    while (d !== 0) {
      store<u32>(next, at + <u32>ctz(d));
      next += 4;
      d &= d - 1;
    }
  }
  reach(<u32>((recordEnd - recordsAt) >> 2), <u32>((first - fields) >> 2), start);
  return isUnknown;
}
