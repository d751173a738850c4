// Sums and extremes of numbers, exactly: a sum for each scale, and the first record of the least and of the largest number.

import { findField, textFrom, textTo, unknownFlag } from './field.as';
import { digitCount, digits, hasPoint, powerOf10, readNumber, scale } from './number.as';

/** With no more digits the sum over a block of 4 MB, a number and its delimiter being that long, stays within 64 bits. */
const maxDigits: i32 = 13;
/** Numbers whose scales differ by more are not compared here: with the others that makes 18 digits. */
const maxScaleGap: i32 = 5;

let leastRecord: i32 = -1;
let mostRecord: i32 = -1;

/** -1 where there were no numbers. */
export function recordOfLeast(): i32 {
  return leastRecord;
}
export function recordOfMost(): i32 {
  return mostRecord;
}

/**
 * Adds the numbers of a field in `count` records of a selection: sums, one for each scale from 0 to 15, to `sums`, and how
 * many numbers had the scale to `counts`. Records with another text there, or unknown themselves, go to `left`; a record
 * without the field adds nothing. Answers how many went there.
 */
export function aggregate(
  bytes: usize,
  fields: usize,
  records: usize,
  selection: usize,
  count: u32,
  field: u32,
  quote: i32,
  isInteger: bool,
  sums: usize,
  counts: usize,
  left: usize,
): u32 {
  let next = left;
  let least: i64 = 0;
  let leastScale: i32 = 0;
  let most: i64 = 0;
  let mostScale: i32 = 0;
  leastRecord = -1;
  mostRecord = -1;
  for (let i: u32 = 0; i < count; i++) {
    const record = load<u32>(selection + ((<usize>i) << 2));
    if ((record & unknownFlag) === 0) {
      if (!findField(bytes, fields, records, record, field, quote)) continue;
      if (readNumber(textFrom, textTo) && !(isInteger && hasPoint) && digitCount <= maxDigits) {
        const place = (<usize>scale) << 3;
        if (leastRecord < 0) {
          leastRecord = record;
          mostRecord = record;
          least = digits;
          most = digits;
          leastScale = scale;
          mostScale = scale;
        }
        if (abs(scale - leastScale) <= maxScaleGap && abs(scale - mostScale) <= maxScaleGap) {
          if (isLess(digits, scale, least, leastScale)) {
            least = digits;
            leastScale = scale;
            leastRecord = record;
          } else if (isLess(most, mostScale, digits, scale)) {
            most = digits;
            mostScale = scale;
            mostRecord = record;
          }
          store<i64>(sums + place, load<i64>(sums + place) + digits);
          store<i64>(counts + place, load<i64>(counts + place) + 1);
          continue;
        }
      }
    }
    store<u32>(next, record);
    next += 4;
  }
  return <u32>((next - left) >> 2);
}

function isLess(a: i64, aScale: i32, b: i64, bScale: i32): bool {
  if (aScale === bScale) return a < b;
  return aScale < bScale ? a * powerOf10(bScale - aScale) < b : a < b * powerOf10(aScale - bScale);
}
