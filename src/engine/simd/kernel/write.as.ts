// Writes records as CSV in the form in which they were read, quotes only where they are needed.

import { copy } from './copy.as';
import { findField, findRecord, isQuoted, recordFrom, recordTo, textFrom, textTo, width } from './field.as';
import { setWritten } from './written.as';

/** Whether one of the bytes is a quote, a delimiter, CR or LF. */
function needsQuotes(from: usize, to: usize, quotes: v128, delimiters: v128): bool {
  const returns = i8x16.splat(13);
  const feeds = i8x16.splat(10);
  for (let at = from; at < to; at += 16) {
    const bytes = v128.load(at);
    const special = v128.or(
      v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, delimiters)),
      v128.or(i8x16.eq(bytes, returns), i8x16.eq(bytes, feeds)),
    );
    let mask = <u32>i8x16.bitmask(special);
    if (to - at < 16) mask &= (1 << (<u32>(to - at))) - 1;
    if (mask !== 0) return true;
  }
  return false;
}

/** Writes the field last found, and answers where it ends. */
function writeField(out: usize, quote: i32, quotes: v128, delimiters: v128): usize {
  const length = textTo - textFrom;
  if (!needsQuotes(textFrom, textTo, quotes, delimiters)) {
    copy(textFrom, out, length);
    return out + length;
  }
  if (isQuoted) {
    // It stands in quotes already, and the quotes in it are doubled.
    copy(textFrom - 1, out, length + 2);
    return out + length + 2;
  }
  store<u8>(out++, <u8>quote);
  for (let at = textFrom; at < textTo; at++) {
    const byte = load<u8>(at);
    if (<i32>byte === quote) store<u8>(out++, byte);
    store<u8>(out++, byte);
  }
  store<u8>(out++, <u8>quote);
  return out;
}

/**
 * Writes records of a selection, all of their fields or, where `columnCount` is not zero, those that `columns` numbers, until
 * the next may not fit before `limit`. Answers how many. Overwrites up to 16 bytes behind what it wrote.
 */
export function write(
  bytes: usize,
  fields: usize,
  records: usize,
  selection: usize,
  count: u32,
  columns: usize,
  columnCount: u32,
  delimiter: i32,
  quote: i32,
  out: usize,
  limit: usize,
): u32 {
  const quotes = i8x16.splat(<i8>quote);
  const delimiters = i8x16.splat(<i8>delimiter);
  const returns = i8x16.splat(13);
  let next = out;
  let i: u32 = 0;
  for (; i < count; i++) {
    const record = load<u32>(selection + ((<usize>i) << 2));
    findRecord(bytes, fields, records, record);
    const from = recordFrom;
    const to = recordTo;
    const wanted: usize = columnCount === 0 ? width : columnCount;
    // At worst each field is given quotes, each byte of it is one, and each column is the longest.
    const most: usize = columnCount === 0 ? 2 * (to - from) + 3 * wanted : wanted * (2 * (to - from) + 3);
    if (next + most + 32 > limit) break;

    if (columnCount === 0) {
      let special = i8x16.splat(0);
      const length = to - from;
      for (let at: usize = 0; at < length; at += 16) {
        const chunk = v128.load(from + at);
        v128.store(next + at, chunk);
        let found = v128.or(i8x16.eq(chunk, quotes), i8x16.eq(chunk, returns));
        if (length - at < 16 && v128.any_true(found)) {
          const mask = <u32>i8x16.bitmask(found) & ((1 << (<u32>(length - at))) - 1);
          if (mask === 0) found = i8x16.splat(0);
        }
        special = v128.or(special, found);
      }
      if (!v128.any_true(special)) {
        next += length;
        store<u8>(next++, 10);
        continue;
      }
    }
    for (let column: u32 = 0; column < <u32>wanted; column++) {
      if (column > 0) store<u8>(next++, <u8>delimiter);
      const field = columnCount === 0 ? column : load<u32>(columns + ((<usize>column) << 2));
      if (findField(bytes, fields, records, record, field, quote)) next = writeField(next, quote, quotes, delimiters);
    }
    store<u8>(next++, 10);
  }
  setWritten(<u32>(next - out));
  return i;
}
