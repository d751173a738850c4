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
 * batch, so memory does not grow with the file; it grows, up to a bound, to hold one long record. What `wanted` does not ask
 * for need not hold in a batch. Throws SqlError with the codes of CSV input, InvalidTextEncoding, and whatever the source
 * throws; the source is left when the batches are.
 */
export function readBatches(
  source: AsyncIterable<Uint8Array>,
  input: CsvInput,
  { blockSize = blockBytes, makeTokenizer = fastestTokenizer, wanted = () => 'fields' }: ReaderOptions = {},
): AsyncIterable<RecordBatch> {
  return {
    [Symbol.asyncIterator]() {
      const block = new Block((capacity) => makeTokenizer(input, capacity), blockSize, wanted);
      return new Batches(source[Symbol.asyncIterator](), block);
    },
  };
}

/** No generator: V8 spends as much time on the compilation of one as a file of some hundred megabytes takes to be counted. */
class Batches implements AsyncIterator<RecordBatch, undefined> {
  #chunks: AsyncIterator<Uint8Array>;
  #block: Block;
  #isEnded = false;
  #isReleased = false;

  constructor(chunks: AsyncIterator<Uint8Array>, block: Block) {
    this.#chunks = chunks;
    this.#block = block;
  }

  async next(): Promise<Result> {
    if (this.#isReleased) return { done: true, value: undefined };
    try {
      for (let batch = this.#block.next(); ; ) {
        if (batch) return { done: false, value: batch };
        if (this.#isEnded) return this.return();
        // Until it answers: a source that fails is not left, since it has ended.
        this.#isEnded = true;
        const { done, value } = await this.#chunks.next();
        this.#isEnded = done === true;
        batch = done ? this.#block.end() : this.#block.take(value);
      }
    } catch (error) {
      await this.return();
      throw error;
    }
  }

  async return(): Promise<Result> {
    if (!this.#isReleased) this.#block.release();
    this.#isReleased = true;
    if (!this.#isEnded) await this.#chunks.return?.();
    this.#isEnded = true;
    return { done: true, value: undefined };
  }
}

type Result = IteratorResult<RecordBatch, undefined>;

/** The one with SIMD, where this machine and the form of the input allow it. */
const fastestTokenizer = (input: CsvInput, capacity: number): Tokenizer =>
  simdTokenizer(input, capacity) ?? new Tokenizer(input, capacity);
