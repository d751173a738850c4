// Finds records and fields, 64 bytes at a time.
//
// It knows delimiters of one byte, quotes that are doubled to escape them, and records ended by one byte. Whatever else a
// record holds, it stops before that record and says so: the exact tokenizer reads it, and the kernel goes on behind it.
//
// Each 64 bytes become bit masks, one bit a byte. The quotes of a well-formed record alternate between opening and closing,
// so the bytes inside quotes are the running parity of the quotes' mask. That is right only if an opening quote stands
// where a field begins and a closing one where it ends; a check of this shape finds all other quotes.
// Source: Langdale and Lemire, "Parsing gigabytes of JSON per second", section 3.1.

/** How many records were found, and how many separators they have. */
let recordCount: u32 = 0;
let separatorCount: u32 = 0;
/** The offset behind the last record found. */
let usedBytes: u32 = 0;

export function records(): u32 {
  return recordCount;
}
export function separators(): u32 {
  return separatorCount;
}
export function used(): u32 {
  return usedBytes;
}

function maskOf(at: usize, wanted: v128): u64 {
  const a = <u64>i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
  const b = <u64>i8x16.bitmask(i8x16.eq(v128.load(at, 16), wanted));
  const c = <u64>i8x16.bitmask(i8x16.eq(v128.load(at, 32), wanted));
  const d = <u64>i8x16.bitmask(i8x16.eq(v128.load(at, 48), wanted));
  return a | (b << 16) | (c << 32) | (d << 48);
}

/** Bit n of the answer is the parity of the bits 0 to n. */
function runningParity(bits: u64): u64 {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ (bits << 32);
}

/**
 * Finds the whole records in `bytes[from..length)`, `from` being the start of one, and writes them as in RecordBatch behind
 * the `separator` separators and `record` records that are there. `quote` and `comment` are -1 where there is none; a
 * carriage return before the record's end is left out where `dropsCr`. Answers whether it stopped before a record that it
 * does not know. With `countsOnly` no separators are written: the records are only counted. Reads up to 64 bytes behind `length`, and writes up to four separators behind the last.
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
  countsOnly: bool,
): bool {
  const delimiters = i8x16.splat(<i8>delimiter);
  const ends = i8x16.splat(<i8>recordDelimiter);
  const quotes = i8x16.splat(<i8>quote);
  const returns = i8x16.splat(13);
  /** All ones where the 64 bytes before ended inside quotes. */
  let inside: u64 = 0;
  /** Whether a quote that is the first of the next 64 bytes may open, and whether the byte before them closed. */
  let mayOpen: u64 = 1;
  let hasClosed: u64 = 0;
  let start = from;
  let isUnknown = comment >= 0 && from < length && <i32>load<u8>(bytes + from) === comment;
  /** Where the next separator goes, and the first of the record. */
  let next = fields + ((<usize>separator) << 2);
  let first = next;
  let recordEnd = recordsAt + ((<usize>record) << 2);
  let counted = record;
  store<i32>(next, <i32>from - 1);
  next += 4;

  for (let at = from; at < length && !isUnknown; at += 64) {
    const place = bytes + at;
    let d: u64 = 0;
    let n = maskOf(place, ends);
    let q: u64 = 0;
    if (quote >= 0) q = maskOf(place, quotes);
    const isPlain = (q | inside | hasClosed) === 0;
    if (!countsOnly || !isPlain) d = maskOf(place, delimiters);
    if (length - at < 64) {
      const valid = ((<u64>1) << (length - at)) - 1;
      d &= valid;
      n &= valid;
      q &= valid;
    }
    let unknown: u64 = 0;
    if (!isPlain) {
      const quoted = runningParity(q) ^ inside;
      inside = <u64>(<i64>quoted >> 63);
      if (!allowsQuotedNewlines) unknown = n & quoted;
      n &= ~quoted;
      d &= ~quoted;
      const closing = q & ~quoted;
      const fieldEnds = d | n | closing;
      unknown |= q & quoted & ~((fieldEnds << 1) | mayOpen);
      let badClose = ((closing << 1) | hasClosed) & ~(d | n | q);
      if (badClose !== 0 && dropsCr) {
        let beforeEnd = n >> 1;
        // What follows the last byte decides only if it is there; if not, neither is the record's end.
        if (at + 64 >= length || <i32>load<u8>(place, 64) === recordDelimiter) beforeEnd |= (<u64>1) << 63;
        badClose &= ~(maskOf(place, returns) & beforeEnd);
      }
      if (length - at < 64) badClose &= ((<u64>1) << (length - at)) - 1;
      unknown |= badClose;
      mayOpen = fieldEnds >> 63;
      hasClosed = closing >> 63;
      if (unknown !== 0) {
        isUnknown = true;
        const before = (unknown & (0 - unknown)) - 1;
        d &= before;
        n &= before;
      }
    } else {
      mayOpen = <u64>(n >> 63 !== 0 || <i32>load<u8>(place, 63) === delimiter);
    }
    if (countsOnly) {
      while (n !== 0) {
        const found = at + <u32>ctz(n);
        n &= n - 1;
        const recordBytes = found - start;
        // So many columns, or so long a record, may be one too many.
        if (recordBytes >= maxColumns) {
          isUnknown = true;
          break;
        }
        const isBlank = recordBytes === 0 || (dropsCr && recordBytes === 1 && load<u8>(bytes + start) === 13);
        counted += <u32>!isBlank;
        start = found + 1;
        if (comment >= 0 && start < length && <i32>load<u8>(bytes + start) === comment) {
          isUnknown = true;
          break;
        }
      }
      continue;
    }
    while (n !== 0) {
      const lowest = n & (0 - n);
      let here = d & (lowest - 1);
      d ^= here;
      while (here !== 0) {
        store<u32>(next, at + <u32>ctz(here));
        next += 4;
        here &= here - 1;
      }
      const found = at + <u32>ctz(n);
      n ^= lowest;
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
  recordCount = countsOnly ? counted : <u32>((recordEnd - recordsAt) >> 2);
  separatorCount = <u32>((first - fields) >> 2);
  usedBytes = start;
  return isUnknown;
}
