import { chunkBytes, maxRecordBytes } from './limits';
import { SqlError } from './sql-error';

/** Gathers what is written into chunks, and keeps each record within its limit. */
export class OutputBuffer {
  #chunk = Buffer.allocUnsafeSlow(chunkBytes);
  #length = 0;
  #full: Uint8Array[] = [];
  #recordBytes = 0;

  /** Whether a whole chunk waits to be taken. */
  get isFull(): boolean {
    return this.#full.length > 0;
  }

  /** Throws SqlError OverMaxRecordSize. */
  bytes(bytes: Buffer): void {
    this.#recordBytes += bytes.length;
    if (this.#recordBytes > maxRecordBytes) {
      throw new SqlError(
        'OverMaxRecordSize',
        `A record of the result is longer than ${maxRecordBytes} bytes; select less.`,
      );
    }
    if (bytes.length <= chunkBytes - this.#length) {
      bytes.copy(this.#chunk, this.#length);
      this.#length += bytes.length;
      return;
    }
    for (let from = 0; from < bytes.length; ) {
      const taken = Math.min(bytes.length - from, chunkBytes - this.#length);
      bytes.copy(this.#chunk, this.#length, from, from + taken);
      from += taken;
      this.#length += taken;
      if (this.#length === chunkBytes) this.#finishChunk();
    }
  }

  text(text: string): void {
    this.bytes(Buffer.from(text, 'utf8'));
  }

  endRecord(): void {
    this.#recordBytes = 0;
  }

  #finishChunk(): void {
    this.#full.push(this.#chunk.subarray(0, this.#length));
    this.#chunk = Buffer.allocUnsafeSlow(chunkBytes);
    this.#length = 0;
  }

  /** The chunks that are full. */
  takeFull(): Uint8Array[] {
    return this.#full.splice(0);
  }

  /** All that has been written and not been taken. */
  takeAll(): Uint8Array[] {
    if (this.#length > 0) this.#finishChunk();
    return this.takeFull();
  }
}
