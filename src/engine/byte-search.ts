/**
 * Looks for the first of some bytes, four at a time where they are no more than two: if a word holds a byte, that byte
 * taken away from each of its four leaves a zero among them, and a few operations on the word tell.
 * Source: Warren, "Hacker's Delight", section 6-1.
 */
export class ByteSearch {
  #isWanted = new Uint8Array(256);
  #first: number;
  #second: number;
  #usesWords: boolean;

  constructor(wanted: readonly number[]) {
    const [first = 0, second = first, ...others] = new Set(wanted);
    for (const byte of wanted) this.#isWanted[byte] = 1;
    this.#first = Math.imul(first, ones);
    this.#second = Math.imul(second, ones);
    this.#usesWords = others.length === 0;
  }

  /** The first place from `start` on, or `limit` or more where there is none before it. `words` are those of `bytes`. */
  next(bytes: Uint8Array, words: Int32Array, start: number, limit: number): number {
    const isWanted = this.#isWanted;
    let at = start;
    if (this.#usesWords) {
      for (; (at & 3) !== 0; at++) if (isWanted[bytes[at] as number] === 1) return at;
      const first = this.#first;
      const second = this.#second;
      for (; at < limit; at += 4) {
        const word = words[at >> 2] as number;
        const a = word ^ first;
        const b = word ^ second;
        if (((((a - ones) & ~a) | ((b - ones) & ~b)) & highBits) !== 0) break;
      }
    }
    while (at < limit && isWanted[bytes[at] as number] === 0) at++;
    return at;
  }
}

export const ones = 0x01010101;
export const highBits = 0x80808080;
