import { chunkBytes, maxRecordBytes } from './limits';
import { SqlError } from './sql-error';

/** Up to here a loop is faster than the call of a copy, and than that of an encoder. */
const shortBytes = 32;
const shortText = 96;

const nothingStops = new Uint8Array(128);

/** In memory of its own, of just that size. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** Gathers what is written into chunks, and keeps each record within its limit. */
export class OutputBuffer {
  #chunk: Buffer = Buffer.allocUnsafeSlow(chunkBytes);
  #length = 0;
  #full: Buffer[] = [];
  #taken: Buffer[] = [];
  #free: Buffer[] = [];
  #recordBytes = 0;
  #reusesChunks: boolean;

  /** With `reusesChunks` the chunks that are taken may be valid only until the next are. */
  constructor(reusesChunks = false) {
    this.#reusesChunks = reusesChunks;
  }

  /** Whether a whole chunk waits to be taken. */
  get isFull(): boolean {
    return this.#full.length > 0;
  }

  /** Throws SqlError OverMaxRecordSize. */
  bytes(bytes: Buffer): void {
    this.slice(bytes, 0, bytes.length);
  }

  /**
   * The bytes between two offsets, if they are few, and none of them is one at which `stops` has 1. False, with nothing
   * written, otherwise.
   */
  plain(bytes: Buffer, from: number, to: number, stops: Uint8Array): boolean {
    const length = to - from;
    const start = this.#length;
    if (length > shortText || length > chunkBytes - start || this.#recordBytes + length > maxRecordBytes) return false;
    const chunk = this.#chunk;
    for (let i = 0; i < length; i++) {
      const byte = bytes[from + i] as number;
      if (stops[byte] === 1) return false;
      chunk[start + i] = byte;
    }
    this.#length = start + length;
    this.#recordBytes += length;
    return true;
  }

  /** The bytes between two offsets. Throws SqlError OverMaxRecordSize. */
  slice(bytes: Buffer, from: number, to: number): void {
    const length = to - from;
    this.#recordBytes += length;
    if (this.#recordBytes > maxRecordBytes) {
      throw new SqlError(
        'OverMaxRecordSize',
        `A record of the result is longer than ${maxRecordBytes} bytes; select less.`,
      );
    }
    if (length > chunkBytes - this.#length) this.#overChunks(bytes, from, to);
    else if (length > shortBytes) this.#length += bytes.copy(this.#chunk, this.#length, from, to);
    else for (let at = from; at < to; at++) this.#chunk[this.#length++] = bytes[at] as number;
  }

  /** Chunks of whole records, each within its limit; the bytes may change when the last chunk has been taken. */
  *records(bytes: Buffer): Generator<Uint8Array> {
    yield* this.takeAll();
    for (let from = 0; from < bytes.length; from += chunkBytes) {
      const chunk = bytes.subarray(from, from + chunkBytes);
      yield this.#reusesChunks ? chunk : copyOf(chunk);
    }
  }

  #overChunks(bytes: Buffer, start: number, to: number): void {
    for (let from = start; from < to; ) {
      const copied = bytes.copy(this.#chunk, this.#length, from, to);
      from += copied;
      this.#length += copied;
      if (this.#length === chunkBytes) this.#finishChunk();
    }
  }

  text(text: string): void {
    if (!this.ascii(text, nothingStops)) this.bytes(Buffer.from(text, 'utf8'));
  }

  /**
   * Writes a short text of ASCII, for which the call of an encoder takes longer than a loop. False, with nothing written, for
   * any other, and for one that has a byte at which `stops` has 1.
   */
  ascii(text: string, stops: Uint8Array): boolean {
    const { length } = text;
    const start = this.#length;
    if (length > shortText || length > chunkBytes - start || this.#recordBytes + length > maxRecordBytes) return false;
    const chunk = this.#chunk;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127 || stops[code] === 1) return false;
      chunk[start + i] = code;
    }
    this.#length = start + length;
    this.#recordBytes += length;
    return true;
  }

  endRecord(): void {
    this.#recordBytes = 0;
  }

  #finishChunk(): void {
    const written = this.#chunk.subarray(0, this.#length);
    this.#length = 0;
    if (this.#reusesChunks) {
      this.#full.push(written);
      this.#chunk = this.#free.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
    } else this.#full.push(copyOf(written));
  }

  /** The chunks that are full. */
  takeFull(): Uint8Array[] {
    if (!this.#reusesChunks) return this.#full.splice(0);
    for (const { buffer } of this.#taken) this.#free.push(Buffer.from(buffer));
    this.#taken = this.#full.splice(0);
    return this.#taken;
  }

  /** All that has been written and not been taken. */
  takeAll(): Uint8Array[] {
    if (this.#length > 0) this.#finishChunk();
    return this.takeFull();
  }
}
