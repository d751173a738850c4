// Numbers as NumberBytes reads them: [+-]digits[.digits], of at most 15 digits and no minus zero.

/** The number last read: `digits` x 10^-`scale`, written with so many digits, and whether it has a point. */
export let digits: i64 = 0;
export let scale: i32 = 0;
export let digitCount: i32 = 0;
export let hasPoint: bool = false;

const maxDigits: i32 = 15;

/** False for whatever else stands there: a number too, it may be. */
export function readNumber(from: usize, to: usize): bool {
  if (from === to) return false;
  const sign = load<u8>(from);
  const isNegative = sign === 45;
  if (isNegative || sign === 43) from++;
  let value: i64 = 0;
  let point: usize = 0;
  for (let at = from; at < to; at++) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit <= 9) value = value * 10 + <i64>digit;
    else if (digit === <u32>-2 && point === 0) point = at;
    else return false;
  }
  hasPoint = point !== 0;
  digitCount = <i32>(to - from) - <i32>hasPoint;
  if (digitCount < 1 || digitCount > maxDigits || (isNegative && value === 0)) return false;
  scale = hasPoint ? <i32>(to - point) - 1 : 0;
  digits = isNegative ? -value : value;
  return true;
}

/** 10^`exponent`, which is from 0 to 18. */
export function powerOf10(exponent: i32): i64 {
  let power: i64 = 1;
  for (; exponent > 0; exponent--) power *= 10;
  return power;
}
