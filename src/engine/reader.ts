import { isUtf8 } from 'node:buffer';
import { blockBytes, maxRecordBytes } from './limits';
import type { CsvInput } from './options';
import type { RecordBatch } from './record-batch';
import { simdTokenizer } from './simd/simd-tokenizer';
import { SqlError } from './sql-error';
import { Tokenizer } from './tokenizer';

/** Of the first batch: then all code has run once before any of it is worth compiling for good. */
const firstBytes = 16 * 1024;
const byteOrderMark = Buffer.from('\ufeff');

interface ReaderOptions {
  readonly blockSize?: number;
  readonly makeTokenizer?: (input: CsvInput, capacity: number) => Tokenizer;
  /** Asked before each batch. @default never */
  readonly countsOnly?: () => boolean;
}

/**
 * Reads chunks into a block, and gives the records of each full block as a batch. The block is used again for the next
 * batch, so memory does not grow with the file; it grows, up to a bound, to hold one long record.
 * While `countsOnly` says so, only the count of a batch holds. Throws SqlError with the codes of CSV input, InvalidTextEncoding, and whatever the source throws.
 */
export async function* readBatches(
  source: AsyncIterable<Uint8Array>,
  input: CsvInput,
  { blockSize = blockBytes, makeTokenizer = fastestTokenizer, countsOnly = () => false }: ReaderOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  let tokenizer = makeTokenizer(input, blockSize);
  let { block } = tokenizer;
  let length = 0;
  let isStart = true;
  /** Of the file, before the block. */
  let offset = 0;

  /** The records of the block as it is; what they leave moves to its start when the batch has been used. */
  function* take(isLast: boolean): Generator<RecordBatch> {
    if (isStart && length >= 3) {
      if (block.subarray(0, 3).equals(byteOrderMark)) {
        block.copyWithin(0, 3, length);
        length -= 3;
        offset = 3;
      }
      isStart = false;
    }
    const recordsBefore = tokenizer.recordsFound;
    tokenizer.countsOnly = countsOnly();
    tokenizer.tokenize(block, length, isLast);
    const isText = isUtf8(block.subarray(0, tokenizer.used));
    if (!isText && tokenizer.countsOnly) {
      // To say where the fault is takes the fields.
      tokenizer.countsOnly = false;
      tokenizer.recordsFound = recordsBefore;
      tokenizer.tokenize(block, length, isLast);
    }
    const { fields, records, used } = tokenizer;
    const count = isText ? tokenizer.count : recordsOfText(block, tokenizer);
    if (count > 0) yield { bytes: block, fields, records, count, recordsBefore, offset, kernel: tokenizer.kernel };
    // Only now: a reader that had enough of the records before the fault does not come back.
    if (!isText) throw invalidText(recordsBefore + count + 1, offset + firstInvalidByte(block.subarray(0, used)));
    if (tokenizer.fault) throw tokenizer.fault;
    block.copyWithin(0, used, length);
    length -= used;
    offset += used;
  }

  /** Makes room for a record that the block cannot hold. */
  function grow(): void {
    // The tokenizer refuses a record as soon as more than a record's bytes are there, so this bound is never reached.
    if (block.length > 2 * maxRecordBytes) throw new Error('a block larger than two records');
    const larger = makeTokenizer(input, 2 * block.length);
    larger.recordsFound = tokenizer.recordsFound;
    block.copy(larger.block);
    tokenizer = larger;
    block = larger.block;
  }

  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; ) {
      const wanted = isStart ? Math.min(firstBytes, block.length) : block.length;
      const taken = Math.min(chunk.length - from, wanted - length);
      block.set(chunk.subarray(from, from + taken), length);
      length += taken;
      from += taken;
      if (length < wanted) break;
      yield* take(false);
      if (length === block.length) grow();
    }
  }
  if (length > 0) yield* take(true);
}

/** The one with SIMD, where this machine and the form of the input allow it. */
const fastestTokenizer = (input: CsvInput, capacity: number): Tokenizer =>
  simdTokenizer(input, capacity) ?? new Tokenizer(input, capacity);

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
