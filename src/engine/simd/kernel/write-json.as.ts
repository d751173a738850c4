// Writes records as objects of JSON, their fields as text.

import { copy } from './copy.as';
import { findField, findRecord, isQuoted, recordFrom, recordTo, textFrom, textTo, width } from './field.as';
import { setWritten } from './written.as';

/** A byte of a text takes at most so many: `\u001f`. */
const mostPerByte: usize = 6;

/** Writes a byte that JSON escapes, or the input's quote, and answers where it ends. */
function writeSpecial(out: usize, byte: u32): usize {
  let letter: u32 = 0;
  if (byte === 34 || byte === 92) letter = byte;
  else if (byte === 8) letter = 98;
  else if (byte === 9) letter = 116;
  else if (byte === 10) letter = 110;
  else if (byte === 12) letter = 102;
  else if (byte === 13) letter = 114;
  else if (byte >= 32) {
    store<u8>(out, <u8>byte);
    return out + 1;
  }
  store<u8>(out, 92);
  if (letter !== 0) {
    store<u8>(out, <u8>letter, 1);
    return out + 2;
  }
  const digit = byte & 15;
  store<u8>(out, 117, 1);
  store<u8>(out, 48, 2);
  store<u8>(out, 48, 3);
  store<u8>(out, <u8>(48 + (byte >> 4)), 4);
  store<u8>(out, <u8>(digit < 10 ? 48 + digit : 87 + digit), 5);
  return out + mostPerByte;
}

/** Writes the text of the field last found, and answers where it ends. */
function writeText(out: usize, quote: i32, quotes: v128): usize {
  const stringEnds = i8x16.splat(34);
  const escapes = i8x16.splat(92);
  const blanks = i8x16.splat(32);
  let at = textFrom;
  while (at < textTo) {
    const bytes = v128.load(at);
    v128.store(out, bytes);
    const special = v128.or(
      v128.or(i8x16.eq(bytes, stringEnds), i8x16.eq(bytes, escapes)),
      v128.or(i8x16.lt_u(bytes, blanks), i8x16.eq(bytes, quotes)),
    );
    let mask = <u32>i8x16.bitmask(special);
    const left = textTo - at;
    if (left < 16) mask &= (1 << (<u32>left)) - 1;
    if (mask === 0) {
      out += min<usize>(left, 16);
      at += 16;
      continue;
    }
    const plain = <usize>ctz(mask);
    at += plain;
    const byte = <u32>load<u8>(at);
    // In quotes it is doubled.
    at += isQuoted && <i32>byte === quote ? 2 : 1;
    out = writeSpecial(out + plain, byte);
  }
  return out;
}

/**
 * Writes records of a selection, of each the fields that `columns`, one or more, numbers and that it has, until the next has more than
 * `widest` fields or may not fit before `limit`. A column comes at most `repeats` times. `keys` holds what stands before
 * each text, from the quote of the name to that of the text, and `keyEnds` where each of these ends. A record stands
 * between the bytes `before` and `after`, which are -1 for none. Answers how many. Overwrites up to 16 bytes behind what it
 * wrote.
 */
export function writeJson(
  bytes: usize,
  fields: usize,
  records: usize,
  selection: usize,
  count: u32,
  columns: usize,
  columnCount: u32,
  keys: usize,
  keyEnds: usize,
  repeats: u32,
  widest: u32,
  quote: i32,
  before: i32,
  after: i32,
  out: usize,
  limit: usize,
): u32 {
  const quotes = i8x16.splat(<i8>(quote < 0 ? 34 : quote));
  const keyBytes = <usize>load<u32>(keyEnds + ((<usize>(columnCount - 1)) << 2));
  let next = out;
  let i: u32 = 0;
  for (; i < count; i++) {
    const record = load<u32>(selection + ((<usize>i) << 2));
    findRecord(bytes, fields, records, record);
    const texts = <usize>repeats * mostPerByte * (recordTo - recordFrom) + 2 * <usize>columnCount;
    if (width > widest || next + keyBytes + texts + 32 > limit) break;

    if (before >= 0) store<u8>(next++, <u8>before);
    let separator: u8 = 123;
    let key = keys;
    for (let column: u32 = 0; column < columnCount; column++) {
      const keyEnd = keys + <usize>load<u32>(keyEnds + ((<usize>column) << 2));
      const field = load<u32>(columns + ((<usize>column) << 2));
      if (findField(bytes, fields, records, record, field, quote)) {
        store<u8>(next++, separator);
        separator = 44;
        copy(key, next, keyEnd - key);
        next = writeText(next + (keyEnd - key), quote, quotes);
        store<u8>(next++, 34);
      }
      key = keyEnd;
    }
    if (separator === 123) store<u8>(next++, 123);
    store<u8>(next++, 125);
    if (after >= 0) store<u8>(next++, <u8>after);
  }
  setWritten(<u32>(next - out));
  return i;
}
