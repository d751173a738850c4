// Writes records again, all of their fields, in the form in which they were read: quotes only where they are needed, lines
// that end in LF alone, no blank ones.
//
// The fields need not be found for that. What is written is what was read without some of its bytes: the quotes of a field
// that needs none, the CR before an LF, blank lines. So 64 bytes are copied at a time, and then closed up over these.
//
// A quoted field needs no quotes if nothing special stands between them: then the first special byte after the opening
// quote is the closing one. Adding the opening quotes to the mask of the bytes that are not special carries each of them
// to the first byte that is. Where a field goes on behind the 64 bytes, whether its quotes are needed is not known yet: it
// is guessed to be as with the last such field, and put right by one byte if that was wrong.

import { copy64, copyWithout, moveDown, moveUp } from './copy.as';
import { lowest, maskOf, matches } from './masks.as';
import { reach } from './progress.as';
import { insideAfter, quotedBytes, returnsBeforeEnds } from './quotes.as';
import { isWithinLimits } from './record-limits.as';
import { setWritten } from './written.as';

const lineFeed: i32 = 10;

/**
 * Rewrites the whole records in `bytes[from..length)`, `from` being the start of one, at `out`, and adds their number to
 * `record`. The delimiter and the quote are not CR. Answers whether it stopped before a record that it does not know: one
 * that has a field which needs quotes that it did not have is such a record, too. Reads up to 128 bytes behind `length`,
 * and writes no more than it has read.
 */
export function rewrite(
  bytes: usize,
  from: u32,
  length: u32,
  out: usize,
  delimiter: i32,
  quote: i32,
  comment: i32,
  allowsQuotedNewlines: bool,
  maxColumns: u32,
  maxRecordBytes: u32,
  closers: usize,
): bool {
  const delimiters = i8x16.splat(<i8>delimiter);
  const ends = i8x16.splat(<i8>lineFeed);
  const quotes = i8x16.splat(<i8>quote);
  const returns = i8x16.splat(13);
  const comments = i8x16.splat(<i8>comment);
  let counted: u32 = 0;
  let start = from;
  let isUnknown = false;
  let next = out;
  let recordsEnd = out;
  /** Whether the first of the next 64 bytes starts a record, and whether the byte before it is the CR of a blank one. */
  let startsNext: u64 = 1;
  let blankReturn: u64 = 0;
  /** 1 after an opening quote behind which nothing special has come yet: where it was written, or left out. */
  let isOpen: u64 = 0;
  let openAt: usize = 0;
  let isLeftOut = false;
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
    const returnsHere = matches(place, returns);
    let n = maskOf(place, ends) & valid;
    let dropped: u64 = 0;
    let unknown: u64 = 0;
    let blank: u64;
    let starts: u64;
    if ((inside | hasClosed) === 0 && !v128.any_true(v128.or(matches(place, quotes), returnsHere))) {
      isPlain = true;
      starts = (n << 1) | startsNext;
      blank = n & (starts | blankReturn);
      blankReturn = 0;
      dropped = blank;
    } else {
      if (isPlain) {
        const last = <i32>load<u8>(place - 1);
        mayOpen = <u64>(last === delimiter || last === lineFeed);
        isPlain = false;
      }
      const q = maskOf(place, quotes) & valid;
      const d = maskOf(place, delimiters) & valid;
      const r = v128.any_true(returnsHere) ? maskOf(place, returns) & valid : 0;
      const special = q | d | r | n;
      const quoted = quotedBytes(q, inside);
      inside = insideAfter(quoted);
      if (!allowsQuotedNewlines) unknown = n & quoted;
      n &= ~quoted;
      const fieldEnds = n | (d & ~quoted);
      const closing = q & ~quoted;
      const afterClosing = (closing << 1) | hasClosed;
      const opening = q & quoted & ~afterClosing;
      unknown |= opening & ~((fieldEnds << 1) | mayOpen);
      const unclosed = afterClosing & ~(fieldEnds | q);
      if (unclosed !== 0) unknown |= unclosed & ~returnsBeforeEnds(place, left, n, lineFeed) & valid;
      mayOpen = fieldEnds >> 63;
      hasClosed = closing >> 63;
      starts = (n << 1) | startsNext;
      // Of a byte that is not there yet nothing is known, but neither is its record written.
      const following = left > 64 ? <i32>load<u8>(place, 64) : -1;
      const outsideReturns = r & ~quoted;
      const returnsDropped = outsideReturns & ((n >> 1) | ((<u64>(following === lineFeed)) << 63));
      unknown |= outsideReturns & ~returnsDropped;
      const blankReturns = returnsDropped & starts;
      blank = n & (starts | (blankReturns << 1) | blankReturn);
      blankReturn = blankReturns >> 63;

      const closes = closing & ~((q >> 1) | ((<u64>(following === quote)) << 63));
      if (isOpen !== 0 && special !== 0) {
        const isNeedless = (lowest(special) & closes) !== 0;
        if (isNeedless && !isLeftOut) {
          moveDown(openAt + 1, next);
          next--;
        } else if (!isNeedless && isLeftOut) {
          moveUp(openAt, next);
          store<u8>(openAt, <u8>quote);
          next++;
        }
        isLeftOut = isNeedless;
      }
      const ordinary = ~special;
      const carried = ordinary + (opening << 1);
      const carriedToo = carried + isOpen;
      const reached = carriedToo & special;
      const needless = reached & closes;
      const opensBefore = isOpen !== 0 ? reached & lowest(special) : 0;
      const staysOpen = <u64>(carried < ordinary) | <u64>(carriedToo < carried) | (opening >> 63);
      let lastOpening: u64 = 0;
      if (staysOpen !== 0 && special !== 0) lastOpening = (<u64>1) << (63 - clz(opening));
      dropped = needless | openingOf(needless & ~opensBefore, reached & ~opensBefore, opening ^ lastOpening);
      dropped |= returnsDropped | blank;
      if (lastOpening !== 0) {
        openAt = next + <usize>popcnt(~dropped & (lastOpening - 1));
        if (isLeftOut) dropped |= lastOpening;
      }
      isOpen = staysOpen;
    }
    if (comment >= 0) unknown |= maskOf(place, comments) & starts & valid;
    if (unknown !== 0) {
      isUnknown = true;
      n &= lowest(unknown) - 1;
    }
    if (n !== 0) {
      const end = at + <u32>ctz(n);
      if (!isWithinLimits(bytes + start, end - start, delimiters, maxColumns, maxRecordBytes)) {
        isUnknown = true;
        break;
      }
      counted += <u32>popcnt(n & ~blank);
      start = at + 64 - <u32>clz(n);
      recordsEnd = next + <usize>popcnt(~dropped & (~(<u64>0) >> clz(n)));
    }
    startsNext = n >> 63;
    if (dropped === 0) {
      copy64(place, next);
      next += 64;
    } else {
      next = copyWithout(dropped, place, next, closers);
    }
  }
  reach(counted, 0, start);
  setWritten(<u32>(recordsEnd - out));
  return isUnknown;
}

/** Of opening quotes, each of which has its end among `reached`, those whose end is one of `chosen`. */
function openingOf(chosen: u64, reached: u64, opening: u64): u64 {
  if (chosen === reached) return opening;
  if (chosen === 0) return 0;
  // From each chosen end down to its opening quote, by steps that double.
  let between = reached - opening;
  let filled = (chosen >> 1) & between;
  filled |= between & (filled >> 1);
  between &= between >> 1;
  filled |= between & (filled >> 2);
  between &= between >> 2;
  filled |= between & (filled >> 4);
  between &= between >> 4;
  filled |= between & (filled >> 8);
  between &= between >> 8;
  filled |= between & (filled >> 16);
  between &= between >> 16;
  filled |= between & (filled >> 32);
  return filled & opening;
}
