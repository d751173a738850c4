// Counts records, and finds nothing else of them.

import { lowest, maskOf } from './masks.as';
import { reach } from './progress.as';
import { insideAfter, quotedBytes, returnsBeforeEnds } from './quotes.as';
import { isWithinLimits } from './record-limits.as';

/**
 * Counts the whole records in `bytes[from..length)`, `from` being the start of one. Its parameters, and what it answers, are
 * those of `tokenize`. Reads up to 64 bytes behind `length`.
 */
export function count(
  bytes: usize,
  from: u32,
  length: u32,
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
  const comments = i8x16.splat(<i8>comment);
  const returns = i8x16.splat(13);
  /** All ones where there are quotes at all. */
  const quoting: u64 = quote < 0 ? 0 : ~(<u64>0);
  let counted = record;
  let start = from;
  let isUnknown = false;
  /** Whether the first of the next 64 bytes is the start of a record, and whether the one before it is. */
  let startsNext: u64 = 1;
  let startedBefore: u64 = 0;
  /** As in `tokenize`. */
  let inside: u64 = 0;
  let mayOpen: u64 = 1;
  let hasClosed: u64 = 0;
  let isPlain = false;
  /** Those of the 64 bytes that are there. */
  let valid: u64 = ~(<u64>0);

  for (let at = from; at < length && !isUnknown; at += 64) {
    const place = bytes + at;
    const left = length - at;
    if (left < 64) valid = ((<u64>1) << left) - 1;
    let n = maskOf(place, ends) & valid;
    let unknown: u64 = 0;
    const q = maskOf(place, quotes) & valid & quoting;
    // One branch: whether a field is open where the 64 bytes begin is a guess that is often wrong.
    if ((q | inside | hasClosed) === 0) {
      isPlain = true;
    } else {
      if (isPlain) {
        const last = <i32>load<u8>(place - 1);
        mayOpen = <u64>(last === delimiter) | <u64>(last === recordDelimiter);
        isPlain = false;
      }
      const quoted = quotedBytes(q, inside);
      inside = insideAfter(quoted);
      if (!allowsQuotedNewlines) unknown = n & quoted;
      n &= ~quoted;
      const fieldEnds = n | (maskOf(place, delimiters) & valid & ~quoted);
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
    }
    const starts = (n << 1) | startsNext;
    if (comment >= 0) unknown |= maskOf(place, comments) & starts & valid;
    if (unknown !== 0) {
      isUnknown = true;
      n &= lowest(unknown) - 1;
    }
    if (at + 64 - start > maxColumns && n !== 0) {
      const recordBytes = at + <u32>ctz(n) - start;
      if (!isWithinLimits(bytes + start, recordBytes, delimiters, maxColumns, maxRecordBytes)) {
        isUnknown = true;
        break;
      }
    }
    // Whether a record ends here is a guess that is often wrong: what follows takes no branch by it.
    const afterAtMostOne = n & (starts | (starts << 1) | startedBefore);
    let kept = n;
    if (afterAtMostOne !== 0) {
      let blank = n & starts;
      if (dropsCr) {
        let afterReturn = maskOf(place, returns) << 1;
        if (startedBefore !== 0) afterReturn |= <u64>(load<u8>(place - 1) === 13);
        blank |= afterAtMostOne & afterReturn;
      }
      kept = n & ~blank;
    }
    counted += <u32>popcnt(kept);
    start = select<u32>(at + 64 - <u32>clz(n), start, n !== 0);
    startsNext = n >> 63;
    startedBefore = starts >> 63;
  }
  reach(counted, 0, start);
  return isUnknown;
}
