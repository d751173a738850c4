import { isUtf8 } from 'node:buffer';
import { maxRecordBytes } from './limits';
import type { RecordBatch, Wanted } from './record-batch';
import { SqlError } from './sql-error';
import type { Tokenizer } from './tokenizer';

/** Of the first batch: then all code has run once before any of it is worth compiling for good. */
const firstBytes = 16 * 1024;
const byteOrderMark = Buffer.from('\ufeff');

/**
 * The block of bytes that is read: it is filled, gives its records, and is filled again behind what they leave.
 *
 * A file of some hundred megabytes has about a thousand blocks. That is enough for the compiler of V8 to take up what runs
 * for each of them, and too few to gain by it, so this is kept short, and without generators.
 */
export class Block {
  #makeTokenizer: (capacity: number) => Tokenizer;
  #tokenizer: Tokenizer;
  #bytes: Buffer<ArrayBuffer>;
  #length = 0;
  /** From so many bytes on the block is full. What room it then has is for the rest of the chunk that filled it. */
  #full: number;
  /** Of the file, before the block. */
  #offset = 0;
  #isStart = true;
  #chunk: Uint8Array = new Uint8Array(0);
  /** How many bytes of the chunk are in the block, or were. */
  #taken = 0;
  #isLast = false;
  /** Whether the records of the block as it is have been found. */
  #isUsed = false;
  #wanted: () => Wanted;
  #invalidText: SqlError | undefined;

  /** `wanted` is asked each time that the block is full, which it is from `size` bytes on. */
  constructor(makeTokenizer: (capacity: number) => Tokenizer, size: number, wanted: () => Wanted) {
    this.#makeTokenizer = makeTokenizer;
    this.#tokenizer = makeTokenizer(size + (size >> 3));
    this.#bytes = this.#tokenizer.block;
    this.#full = Math.min(firstBytes, size);
    this.#wanted = wanted;
  }

  /** Takes a chunk, which is used until the next is taken; answers the first records that this makes. */
  take(chunk: Uint8Array): RecordBatch | undefined {
    this.#chunk = chunk;
    this.#taken = 0;
    return this.next();
  }

  /** Nothing is left to take: what remains is the end of the file. */
  end(): RecordBatch | undefined {
    this.#isLast = true;
    return this.next();
  }

  /**
   * The next records; undefined where more has to be taken. Throws SqlError with the codes of CSV input, and
   * InvalidTextEncoding, when the records before have been given: a reader that had enough of them does not come back.
   */
  next(): RecordBatch | undefined {
    for (;;) {
      if (this.#invalidText) throw this.#invalidText;
      if (!this.#tokenizer.hasMore) {
        if (this.#isUsed) this.#makeRoom();
        if (!this.#fill()) return undefined;
      }
      const batch = this.#records();
      if (batch) return batch;
    }
  }

  /** The end of its use, and of that of its batches. */
  release(): void {
    this.#tokenizer.release();
  }

  /** Takes of the chunk what there is room for. Answers whether records are to be found. */
  #fill(): boolean {
    const left = this.#chunk.length - this.#taken;
    if (left === 0) return this.#isLast && this.#length > 0;
    if (this.#length === this.#bytes.length) this.#grow();
    const taken = Math.min(left, (this.#isStart ? this.#full : this.#bytes.length) - this.#length);
    const isWhole = taken === this.#chunk.length;
    this.#bytes.set(isWhole ? this.#chunk : this.#chunk.subarray(this.#taken, this.#taken + taken), this.#length);
    this.#taken += taken;
    this.#length += taken;
    return this.#length >= this.#full;
  }

  #records(): RecordBatch | undefined {
    const tokenizer = this.#tokenizer;
    const { recordsFound, hasMore } = tokenizer;
    if (this.#isStart) this.#dropByteOrderMark();
    const from = hasMore ? tokenizer.used : 0;
    tokenizer.wanted = hasMore ? 'fields' : this.#wanted();
    tokenizer.tokenize(this.#bytes, this.#length, this.#isLast, from);
    this.#isUsed = true;
    if (!isUtf8(this.#bytes.subarray(from, tokenizer.used))) return this.#beforeInvalid(recordsFound, from);
    return this.#batch(recordsFound, tokenizer.count);
  }

  #batch(recordsBefore: number, count: number): RecordBatch | undefined {
    if (count === 0) return undefined;
    const { fields, records, rows, kernel } = this.#tokenizer;
    return { bytes: this.#bytes, fields, records, count, recordsBefore, offset: this.#offset, rows, kernel };
  }

  /** Moves what the records leave to the start of the block. Throws the fault that was behind them. */
  #makeRoom(): void {
    const { fault, used } = this.#tokenizer;
    if (fault) throw fault;
    this.#bytes.copyWithin(0, used, this.#length);
    this.#length = this.#isLast ? 0 : this.#length - used;
    this.#offset += used;
    this.#isUsed = false;
    // The start of a record that takes half of the block, or more, is not looked at again for every few bytes.
    const { length } = this.#bytes;
    this.#full = this.#length > length / 2 ? length : length - Math.floor(length / 9);
  }

  #dropByteOrderMark(): void {
    if (this.#bytes.subarray(0, Math.min(3, this.#length)).equals(byteOrderMark)) {
      this.#bytes.copyWithin(0, 3, this.#length);
      this.#length -= 3;
      this.#offset = 3;
    }
    this.#isStart = false;
  }

  /** Makes room for a record that the block cannot hold. */
  #grow(): void {
    // The tokenizer refuses a record as soon as more than a record's bytes are there, so this bound is never reached.
    if (this.#bytes.length > 2 * maxRecordBytes) throw new Error('a block larger than two records');
    const larger = this.#makeTokenizer(2 * this.#bytes.length);
    larger.recordsFound = this.#tokenizer.recordsFound;
    this.#bytes.copy(larger.block);
    this.#tokenizer.release();
    this.#tokenizer = larger;
    this.#bytes = larger.block;
  }

  /** The records before text that is not UTF-8. To say where that is takes the fields. */
  #beforeInvalid(recordsBefore: number, from: number): RecordBatch | undefined {
    const tokenizer = this.#tokenizer;
    tokenizer.wanted = 'fields';
    tokenizer.recordsFound = recordsBefore;
    tokenizer.tokenize(this.#bytes, this.#length, this.#isLast, from);
    const count = recordsOfText(this.#bytes, tokenizer);
    const byte = this.#offset + firstInvalidByte(this.#bytes.subarray(0, tokenizer.used));
    this.#invalidText = invalidText(recordsBefore + count + 1, byte);
    return this.#batch(recordsBefore, count);
  }
}

/** How many records stand before the first invalid byte. */
function recordsOfText(block: Buffer, { fields, records, count }: Tokenizer): number {
  let start = 0;
  for (let record = 0; record < count; record++) {
    const end = fields[(records[record + 1] as number) - 1] as number;
    if (!isUtf8(block.subarray(start, end))) return record;
    start = end;
  }
  return count;
}

const invalidText = (record: number, byte: number): SqlError =>
  new SqlError(
    'InvalidTextEncoding',
    `Record ${record} of the file, or a comment before it, is not valid UTF-8: see the byte at offset ${byte}, counted from 0. Save the file as UTF-8, or name its encoding in the input options.`,
    { record, byte },
  );

/** The offset of the first sequence that is not UTF-8. */
function firstInvalidByte(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] as number;
    const width = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (width > 1 && !isUtf8(bytes.subarray(at, at + width))) return at;
    at += width;
  }
  return bytes.length;
}
