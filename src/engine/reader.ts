import { Block } from './block';
import { blockBytes } from './limits';
import type { CsvInput } from './options';
import type { RecordBatch, Wanted } from './record-batch';
import { simdTokenizer } from './simd/simd-tokenizer';
import { Tokenizer } from './tokenizer';

interface ReaderOptions {
  readonly blockSize?: number;
  readonly makeTokenizer?: (input: CsvInput, capacity: number) => Tokenizer;
  /** Asked before each block. @default 'fields' */
  readonly wanted?: () => Wanted;
}

/**
 * Reads chunks into a block, and gives the records of each full block as a batch. The block is used again for the next
 * batch, so memory does not grow with the file; it grows, up to a bound, to hold one long record.
 * What `wanted` does not ask for need not hold in a batch. Throws SqlError with the codes of CSV input, InvalidTextEncoding, and whatever the source throws.
 */
export async function* readBatches(
  source: AsyncIterable<Uint8Array>,
  input: CsvInput,
  { blockSize = blockBytes, makeTokenizer = fastestTokenizer, wanted = () => 'fields' }: ReaderOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  const block = new Block((capacity) => makeTokenizer(input, capacity), blockSize, wanted);
  for await (const chunk of source) {
    for (let batch = block.take(chunk); batch; batch = block.next()) yield batch;
  }
  for (let batch = block.end(); batch; batch = block.next()) yield batch;
}

/** The one with SIMD, where this machine and the form of the input allow it. */
const fastestTokenizer = (input: CsvInput, capacity: number): Tokenizer =>
  simdTokenizer(input, capacity) ?? new Tokenizer(input, capacity);
