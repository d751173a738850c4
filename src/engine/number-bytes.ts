/**
 * Reads the numbers that most files hold, `[+-]digits[.digits]` of at most 15 digits, from the bytes of a field: no string
 * is made, and so few digits are exact in a double. All else, correct or not, is for the reading of text in CAST.
 */
export class NumberBytes {
  /** The number without its point: it stands for `digits` x 10^-`scale`. */
  digits = 0;
  scale = 0;
  /** Whether the number has a point, be it the last character: then it is no INT. */
  hasPoint = false;

  /** Whether `bytes[from..to)` is such a number. */
  read(bytes: Buffer, from: number, to: number): boolean {
    const sign = bytes[from];
    const first = sign === minus || sign === plus ? from + 1 : from;
    let digits = 0;
    let point = -1;
    for (let at = first; at < to; at++) {
      const digit = (bytes[at] as number) - zero;
      if (digit >= 0 && digit <= 9) digits = digits * 10 + digit;
      else if (digit === pointLessZero && point < 0) point = at;
      else return false;
    }
    const count = to - first - (point < 0 ? 0 : 1);
    if (count < 1 || count > maxExactDigits) return false;
    // A double has a minus zero, which the other types have not: it is for CAST to tell them apart.
    if (sign === minus && digits === 0) return false;
    this.digits = sign === minus ? -digits : digits;
    this.hasPoint = point >= 0;
    this.scale = point < 0 ? 0 : to - point - 1;
    return true;
  }
}

const zero = 48;
const minus = 45;
const plus = 43;
const pointLessZero = 46 - zero;
const maxExactDigits = 15;
