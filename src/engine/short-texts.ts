/** A longer text is made faster than it is found. */
const longest = 24;
/** For all columns together: a file may have thousands of them. */
const places = 4096;
/** After so many texts of a column that were new, and fewer that were known, no more of it are looked for. */
const patience = 512;

/** The texts of columns. Short ones come again in most of them, and are then not made anew. */
export class ShortTexts {
  #known = new Array<string | undefined>(places);
  /** How many more texts of each column were new than known. */
  #misses: number[] = [];

  /** The text of bytes of UTF-8, in a column. */
  of(column: number, bytes: Buffer, from: number, to: number): string {
    const length = to - from;
    const misses = this.#misses[column] ?? 0;
    if (length > longest || misses > patience) return bytes.toString('utf8', from, to);
    let hash = length;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    const place = (hash ^ (hash >>> 15)) & (places - 1);
    const known = this.#known[place];
    if (known !== undefined && isText(known, bytes, from, length)) {
      this.#misses[column] = misses - 1;
      return known;
    }
    this.#misses[column] = misses + 1;
    const text = bytes.toString('utf8', from, to);
    // Only of ASCII are the bytes the units of the text.
    if (text.length === length) this.#known[place] = text;
    return text;
  }
}

function isText(text: string, bytes: Buffer, from: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
}
