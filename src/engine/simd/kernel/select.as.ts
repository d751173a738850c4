// Which records a condition holds for: their numbers, in order. `keepsAbsent` keeps, as unknown, those that lack the field,
// where more conditions follow: NULL AND x asks for x.

import { findField, textFrom, textTo, unknownFlag } from './field.as';
import { digitCount, digits, hasPoint, powerOf10, readNumber, scale } from './number.as';

/**
 * Fields that are, or begin with, the text of a constant in which there is no quote; or are not, or do not. Answers how many
 * were selected.
 */
export function selectText(
  bytes: usize,
  fields: usize,
  records: usize,
  from: u32,
  to: u32,
  field: u32,
  quote: i32,
  constant: usize,
  length: u32,
  isWhole: bool,
  isNegated: bool,
  keepsAbsent: bool,
  selection: usize,
): u32 {
  let next = selection;
  for (let record = from; record < to; record++) {
    if (!findField(bytes, fields, records, record, field, quote)) {
      if (keepsAbsent) {
        store<u32>(next, record | unknownFlag);
        next += 4;
      }
      continue;
    }
    // Up to its first doubled quote a text is as it stands, and there it differs from the constant, which has none.
    const textLength = textTo - textFrom;
    let isLike = isWhole ? textLength === <usize>length : textLength >= <usize>length;
    for (let i: u32 = 0; isLike && i < length; i++) isLike = load<u8>(textFrom + i) === load<u8>(constant + i);
    if (isLike !== isNegated) {
      store<u32>(next, record);
      next += 4;
    }
  }
  return <u32>((next - selection) >> 2);
}

/**
 * Fields whose number compares with a constant, `constant` x 10^-`constantScale` of so many digits, as `wanted` says: 1 for
 * less, 2 for equal, 4 for more, or a sum of them. Of a text that `readNumber` does not take the outcome is unknown.
 */
export function selectNumber(
  bytes: usize,
  fields: usize,
  records: usize,
  from: u32,
  to: u32,
  field: u32,
  quote: i32,
  isInteger: bool,
  constant: f64,
  constantScale: i32,
  constantDigits: i32,
  wanted: u32,
  keepsAbsent: bool,
  selection: usize,
): u32 {
  let next = selection;
  const given = <i64>constant;
  /** The constant at the scale of the number before, which most numbers share. */
  let atScale: i32 = constantScale;
  let scaled = given;
  for (let record = from; record < to; record++) {
    let isUnknown = false;
    let outcome: u32 = 0;
    if (!findField(bytes, fields, records, record, field, quote)) {
      if (!keepsAbsent) continue;
      isUnknown = true;
    } else if (!readNumber(textFrom, textTo) || (isInteger && hasPoint)) {
      isUnknown = true;
    } else {
      let value = digits;
      if (scale !== atScale && scale >= constantScale) {
        if (constantDigits + scale - constantScale > 18) isUnknown = true;
        else {
          atScale = scale;
          scaled = given * powerOf10(scale - constantScale);
        }
      } else if (scale < constantScale) {
        if (digitCount + constantScale - scale > 18) isUnknown = true;
        else {
          value *= powerOf10(constantScale - scale);
          atScale = constantScale;
          scaled = given;
        }
      }
      outcome = value < scaled ? 1 : value === scaled ? 2 : 4;
    }
    if (isUnknown) {
      store<u32>(next, record | unknownFlag);
      next += 4;
    } else if ((outcome & wanted) !== 0) {
      store<u32>(next, record);
      next += 4;
    }
  }
  return <u32>((next - selection) >> 2);
}

/** All records of a range. */
export function selectAll(from: u32, to: u32, selection: usize): u32 {
  let next = selection;
  for (let record = from; record < to; record++) {
    store<u32>(next, record);
    next += 4;
  }
  return to - from;
}
