// What quotes make of 64 bytes.
//
// The quotes of a well-formed record alternate between opening and closing, so the bytes inside quotes are the running
// parity of the quotes' mask. That is right only if an opening quote stands where a field begins and a closing one where
// it ends; a check of this shape finds all other quotes. A doubled quote closes and opens again at once.
// Source: Langdale and Lemire, "Parsing gigabytes of JSON per second", section 3.1.
//
// These are small functions without state, since a call for each 64 bytes would cost a fifth of the time: what goes on from
// one mask to the next is kept by the loops that use them.

import { maskOf } from './masks.as';

/**
 * The bytes from an opening quote on up to, not including, the closing one, given the mask of all quotes; `inside` is all
 * ones where the bytes before end inside quotes.
 */
export function quotedBytes(quotes: u64, inside: u64): u64 {
  let parity = quotes ^ (quotes << 1);
  parity ^= parity << 2;
  parity ^= parity << 4;
  parity ^= parity << 8;
  parity ^= parity << 16;
  return parity ^ (parity << 32) ^ inside;
}

/** All ones where the last byte is in quotes. */
export function insideAfter(quoted: u64): u64 {
  return <u64>(<i64>quoted >> 63);
}

/** The CRs with which a record that ends behind them may end, `ends` being the ends of records outside of quotes. */
export function returnsBeforeEnds(place: usize, left: u32, ends: u64, recordDelimiter: i32): u64 {
  let beforeEnds = ends >> 1;
  // What follows the last byte decides only if it is there; if not, neither is the record's end.
  if (left <= 64 || <i32>load<u8>(place, 64) === recordDelimiter) beforeEnds |= (<u64>1) << 63;
  return maskOf(place, i8x16.splat(13)) & beforeEnds;
}
