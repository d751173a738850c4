/** A longer text is made faster than it is found. */
const longest = 24;
const places = 1024;
/** After so many texts that were new, and fewer that were known, no more are looked for. */
const patience = 512;

/** The texts of a column. Short ones come again in most columns, and are then not made anew. */
export class ColumnTexts {
  #known: string[] = [];
  /** How many more texts were new than known. */
  #misses = 0;

  /** The text of bytes of UTF-8. */
  of(bytes: Buffer, from: number, to: number): string {
    const length = to - from;
    if (length > longest || this.#misses > patience) return bytes.toString('utf8', from, to);
    let hash = length;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    const place = (hash ^ (hash >>> 15)) & (places - 1);
    const known = this.#known[place];
    if (known !== undefined && isText(known, bytes, from, length)) {
      this.#misses--;
      return known;
    }
    this.#misses++;
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
