import { maxColumns, maxRecordBytes } from '../limits';
import type { CsvInput } from '../options';
import { Tokenizer } from '../tokenizer';
import { kernelWasm } from './kernel-wasm';

interface Kernel {
  tokenize(
    bytes: number,
    from: number,
    length: number,
    fields: number,
    records: number,
    separator: number,
    record: number,
    delimiter: number,
    quote: number,
    recordDelimiter: number,
    comment: number,
    dropsCr: boolean,
    allowsQuotedNewlines: boolean,
    maxColumns: number,
    maxRecordBytes: number,
  ): number;
  records(): number;
  separators(): number;
  used(): number;
}

/** After a record that the kernel does not know, so many are read by the exact tokenizer: such records come in crowds. */
const recordsPerStop = 16;

const pageBytes = 64 * 1024;
/** The kernel reads this far behind a block. */
const paddingBytes = 128;
/** Below lies what the compiler puts into the memory. */
const firstByte = 1024;

let compiled: WebAssembly.Module | 'none' | undefined;

function kernelModule(): WebAssembly.Module | 'none' {
  const bytes = Buffer.from(kernelWasm, 'base64');
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : 'none';
}

/** A tokenizer with the kernel in front; undefined where the machine lacks SIMD or the input has another form. */
export function simdTokenizer(input: CsvInput, capacity: number): SimdTokenizer | undefined {
  compiled ??= kernelModule();
  return compiled !== 'none' && suitsKernel(input) ? new SimdTokenizer(compiled, input, capacity) : undefined;
}

/** Whether the kernel can read CSV of this form: each character that matters is one byte, and a quote escapes a quote. */
function suitsKernel({ delimiter, recordDelimiter, quote, escape, comment }: CsvInput): boolean {
  const isByte = (text: string) => Buffer.byteLength(text) === 1;
  return (
    isByte(delimiter) &&
    isByte(recordDelimiter) &&
    (quote === '' || (isByte(quote) && escape === quote)) &&
    (comment === '' || isByte(comment))
  );
}

/**
 * The tokenizer with the kernel in front: the same records, most of them found 64 bytes at a time. The block lies in the
 * kernel's memory, so that nothing is copied; a larger block needs another tokenizer.
 */
class SimdTokenizer extends Tokenizer {
  #kernel: Kernel;
  #block: Buffer<ArrayBuffer>;
  #fieldsAt: number;
  #recordsAt: number;
  #bytes: readonly [delimiter: number, quote: number, recordDelimiter: number, comment: number];
  #allowsQuotedNewlines: boolean;

  constructor(module: WebAssembly.Module, input: CsvInput, capacity: number) {
    super(input, capacity);
    // A block of delimiters alone has a separator for each, and each record has another.
    const separators = capacity + 64;
    this.#fieldsAt = aligned(firstByte + capacity + paddingBytes);
    this.#recordsAt = this.#fieldsAt + 4 * separators;
    const totalBytes = this.#recordsAt + 4 * (capacity + 64);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(totalBytes / pageBytes) });
    this.#kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel;
    this.#block = Buffer.from(memory.buffer, firstByte, capacity);
    this.fields = new Int32Array(memory.buffer, this.#fieldsAt, separators);
    this.records = new Int32Array(memory.buffer, this.#recordsAt, capacity + 64);
    const byteOf = (text: string) => (text === '' ? -1 : text.charCodeAt(0));
    this.#bytes = [byteOf(input.delimiter), byteOf(input.quote), byteOf(input.recordDelimiter), byteOf(input.comment)];
    this.#allowsQuotedNewlines = input.allowQuotedNewlines;
  }

  override get block(): Buffer<ArrayBuffer> {
    return this.#block;
  }

  protected override findRecords(bytes: Buffer, length: number, isLast: boolean): void {
    while (this.#runKernel(length)) {
      for (let record = 0; record < recordsPerStop; record++) if (!this.findRecord(bytes, length, isLast)) return;
    }
    // The end of the file ends a record too; and one that fills the block may be a fault already.
    if (isLast || this.used === 0) super.findRecords(bytes, length, isLast);
  }

  /** Answers whether it stopped before a record that it does not know. */
  #runKernel(length: number): boolean {
    if (this.used >= length) return false;
    const kernel = this.#kernel;
    const isUnknown = kernel.tokenize(
      firstByte,
      this.used,
      length,
      this.#fieldsAt,
      this.#recordsAt,
      this.fieldCount,
      this.count,
      ...this.#bytes,
      this.dropsCarriageReturn,
      this.#allowsQuotedNewlines,
      maxColumns,
      maxRecordBytes,
    );
    this.count = kernel.records();
    this.fieldCount = kernel.separators();
    this.used = kernel.used();
    return isUnknown !== 0;
  }
}

const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;
