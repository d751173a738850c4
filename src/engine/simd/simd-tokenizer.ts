import type { CsvInput } from '../options';
import { Tokenizer } from '../tokenizer';
import { type KernelBlock, kernelBlock, release } from './kernel-block';

/** After a record that the kernel does not know, so many are read by the exact tokenizer: such records come in crowds. */
const recordsPerStop = 16;

/** A tokenizer with the kernel in front; undefined where the machine lacks SIMD or the input has another form. */
export function simdTokenizer(input: CsvInput, capacity: number): Tokenizer | undefined {
  const kernel = kernelBlock(input, capacity);
  return kernel && new SimdTokenizer(kernel, input, capacity);
}

/**
 * The same records, most of them found 64 bytes at a time. The block lies in the kernel's memory, so that nothing is copied; a
 * larger block needs another tokenizer.
 */
class SimdTokenizer extends Tokenizer {
  #kernel: KernelBlock;
  #allowsQuotedNewlines: boolean;

  constructor(kernel: KernelBlock, input: CsvInput, capacity: number) {
    super(input, capacity);
    this.#kernel = kernel;
    this.fields = kernel.fields;
    this.records = kernel.records;
    this.#allowsQuotedNewlines = input.allowQuotedNewlines;
  }

  override get kernel(): KernelBlock {
    return this.#kernel;
  }

  override get block(): Buffer<ArrayBuffer> {
    return this.#kernel.bytes;
  }

  override release(): void {
    release(this.#kernel);
  }

  protected override findRecords(bytes: Buffer, length: number, isLast: boolean): void {
    if (this.wanted === 'rows' && this.#rewrite(length, isLast)) return;
    while (this.#runKernel(length)) {
      for (let record = 0; record < recordsPerStop; record++) if (!this.findRecord(bytes, length, isLast)) return;
    }
    // The end of the file ends a record too; and one that fills the block may be a fault already.
    if (isLast || this.used === 0) super.findRecords(bytes, length, isLast);
  }

  /** Answers whether there were records to rewrite. */
  #rewrite(length: number, isLast: boolean): boolean {
    if (this.used >= length) return false;
    const { isUnknown, records, used, output } = this.#kernel.rewrite(this.used, length, this.#allowsQuotedNewlines);
    if (records === 0) return false;
    this.count = records;
    this.used = used;
    this.rows = output;
    this.hasMore = isUnknown || isLast;
    return true;
  }

  /** Answers whether it stopped before a record that it does not know. */
  #runKernel(length: number): boolean {
    if (this.used >= length) return false;
    const rules = {
      dropsCarriageReturn: this.dropsCarriageReturn,
      allowsQuotedNewlines: this.#allowsQuotedNewlines,
    };
    const { isUnknown, records, separators, used } =
      this.wanted === 'count'
        ? this.#kernel.count(this.used, length, this.count, rules)
        : this.#kernel.tokenize(this.used, length, this.fieldCount, this.count, rules);
    this.count = records;
    this.fieldCount = separators;
    this.used = used;
    return isUnknown;
  }
}
