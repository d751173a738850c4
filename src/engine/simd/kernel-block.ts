import { blockBytes, chunkBytes, maxColumns, maxRecordBytes } from '../limits';
import type { CsvInput } from '../options';
import { kernelWasm } from './kernel-wasm';

/** What kernel/kernel.as.ts exports. Every place is an address in the kernel's memory; -1 is no quote, no comment. */
interface Exports {
  tokenize(...places: readonly (number | boolean)[]): number;
  count(...places: readonly (number | boolean)[]): number;
  rewrite(...places: readonly (number | boolean)[]): number;
  prepareClosers(closers: number): void;
  records(): number;
  separators(): number;
  used(): number;
  selectAll(from: number, to: number, selection: number): number;
  selectText(...places: readonly (number | boolean)[]): number;
  selectNumber(...places: readonly (number | boolean)[]): number;
  aggregate(...places: readonly (number | boolean)[]): number;
  recordOfLeast(): number;
  recordOfMost(): number;
  write(...places: readonly number[]): number;
  writeJson(...places: readonly number[]): number;
  written(): number;
}

const pageBytes = 64 * 1024;
/** The kernel reads this far behind a block, and writes so far behind what it selects or writes. */
const paddingBytes = 128;
/** Below lies what the compiler puts into the memory. */
const firstByte = 1024;
/** Of a constant in a condition, and of the columns that are written. */
export const maxConstantBytes = 1024;
export const maxWrittenColumns = 256;
/** Of what stands before the texts of one record in JSON. */
export const maxKeyBytes = 8 * 1024;
/** Of the shuffles by which 8 bytes are closed up, one for each mask of those that are left out. */
const closersBytes = 8 * 256;
/** Numbers have up to 15 digits behind the point. */
const scales = 16;

/** Of a block that is kept to be used again: the memory around it is fourteen times as large. One that grew is larger. */
const maxFreeBytes = 2 * blockBytes;

/** Added to the number of a record in a selection that only the exact code can judge. */
export const unknownFlag = 0x80000000;

let compiled: WebAssembly.Module | 'none' | undefined;
/**
 * One that is free. A memory for each query would be some megabytes outside of V8's heap, and V8 collects all of its garbage
 * when a few dozen megabytes of such are new.
 */
let free: KernelBlock | undefined;

function kernelModule(): WebAssembly.Module | 'none' {
  const bytes = Buffer.from(kernelWasm, 'base64');
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : 'none';
}

/**
 * A block in a kernel's memory, which is the caller's until `release`; undefined where the machine lacks SIMD or the input has a
 * form that the kernel does not know.
 */
export function kernelBlock(input: CsvInput, capacity: number): KernelBlock | undefined {
  compiled ??= kernelModule();
  if (compiled === 'none' || !suitsKernel(input)) return undefined;
  const block = free?.bytes.length === capacity ? free : new KernelBlock(compiled, capacity);
  if (block === free) free = undefined;
  block.read(input);
  return block;
}

/** Gives a block back, of which nothing may be used any more. */
export function release(block: KernelBlock): void {
  if (block.bytes.length <= maxFreeBytes) free = block;
}

/** The kernel reads CSV in which each character that matters is one byte, and a quote, no part of numbers, escapes a quote. */
function suitsKernel({ delimiter, recordDelimiter, quote, escape, comment }: CsvInput): boolean {
  return (
    isByte(delimiter) &&
    isByte(recordDelimiter) &&
    (quote === '' || (isByte(quote) && escape === quote && !'0123456789+-.'.includes(quote))) &&
    (comment === '' || isByte(comment))
  );
}

export const isByte = (text: string): boolean => Buffer.byteLength(text) === 1;

const byteOf = (text: string): number => (text === '' ? -1 : text.charCodeAt(0));

/** A block of bytes, the records in it, a selection of them and what is written of those, all in the memory of one kernel. */
export class KernelBlock {
  readonly bytes: Buffer<ArrayBuffer>;
  /** As in RecordBatch. */
  readonly fields: Int32Array<ArrayBuffer>;
  readonly records: Int32Array<ArrayBuffer>;
  /** Numbers of records, in order, some of them with `unknownFlag`. */
  readonly selection: Uint32Array<ArrayBuffer>;
  /** Records that an aggregate could not add; like a selection. */
  readonly left: Uint32Array<ArrayBuffer>;
  /** By scale, what an aggregate has added and how many numbers. */
  readonly sums: BigInt64Array<ArrayBuffer>;
  readonly counts: BigInt64Array<ArrayBuffer>;
  #exports: Exports;
  #at: Readonly<
    Record<
      | 'fields'
      | 'records'
      | 'selection'
      | 'left'
      | 'constant'
      | 'columns'
      | 'keys'
      | 'keyEnds'
      | 'sums'
      | 'counts'
      | 'closers'
      | 'out',
      number
    >
  >;
  #constant: Buffer<ArrayBuffer>;
  #columns: Uint32Array<ArrayBuffer>;
  #keys: Buffer<ArrayBuffer>;
  #keyEnds: Uint32Array<ArrayBuffer>;
  #out: Buffer<ArrayBuffer>;
  #delimiter = -1;
  #quote = -1;
  #recordDelimiter = -1;
  #comment = -1;

  constructor(module: WebAssembly.Module, capacity: number) {
    // At most there are three for two bytes: those of a record that is a delimiter and its end.
    const separators = 4 * (Math.ceil((3 * capacity) / 2) + paddingBytes);
    // A record that is kept has two bytes at least, the one that ends it among them.
    const records = 4 * (Math.ceil(capacity / 2) + paddingBytes);
    const outBytes = Math.max(chunkBytes, capacity) + paddingBytes;
    let next = firstByte;
    const place = (bytes: number): number => {
      const at = next;
      next += Math.ceil(bytes / 16) * 16;
      return at;
    };
    const bytesAt = place(capacity + paddingBytes);
    this.#at = {
      fields: place(separators),
      records: place(records),
      selection: place(records),
      left: place(records),
      constant: place(maxConstantBytes),
      columns: place(4 * maxWrittenColumns),
      keys: place(maxKeyBytes),
      keyEnds: place(4 * maxWrittenColumns),
      sums: place(8 * scales),
      counts: place(8 * scales),
      closers: place(closersBytes),
      out: place(outBytes),
    };
    const memory = new WebAssembly.Memory({ initial: Math.ceil(next / pageBytes) });
    const { buffer } = memory;
    this.#exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
    this.#exports.prepareClosers(this.#at.closers);
    if (bytesAt !== firstByte) throw new Error('the block is not where the kernel looks for it');
    this.bytes = Buffer.from(buffer, firstByte, capacity);
    this.fields = new Int32Array(buffer, this.#at.fields, separators / 4);
    this.records = new Int32Array(buffer, this.#at.records, records / 4);
    this.selection = new Uint32Array(buffer, this.#at.selection, records / 4);
    this.left = new Uint32Array(buffer, this.#at.left, records / 4);
    this.sums = new BigInt64Array(buffer, this.#at.sums, scales);
    this.counts = new BigInt64Array(buffer, this.#at.counts, scales);
    this.#constant = Buffer.from(buffer, this.#at.constant, maxConstantBytes);
    this.#columns = new Uint32Array(buffer, this.#at.columns, maxWrittenColumns);
    this.#keys = Buffer.from(buffer, this.#at.keys, maxKeyBytes);
    this.#keyEnds = new Uint32Array(buffer, this.#at.keyEnds, maxWrittenColumns);
    this.#out = Buffer.from(buffer, this.#at.out, outBytes);
  }

  /** Sets the form of the input that is read from now on. */
  read({ delimiter, quote, recordDelimiter, comment }: CsvInput): void {
    this.#delimiter = byteOf(delimiter);
    this.#quote = byteOf(quote);
    this.#recordDelimiter = byteOf(recordDelimiter);
    this.#comment = byteOf(comment);
  }

  /** Finds whole records from `used` on, behind the separators and records that are there. */
  tokenize(used: number, length: number, separators: number, records: number, rules: TokenizerRules) {
    const isUnknown = this.#exports.tokenize(
      firstByte,
      used,
      length,
      this.#at.fields,
      this.#at.records,
      separators,
      records,
      this.#delimiter,
      this.#quote,
      this.#recordDelimiter,
      this.#comment,
      rules.dropsCarriageReturn,
      rules.allowsQuotedNewlines,
      maxColumns,
      maxRecordBytes,
    );
    return this.#progress(isUnknown);
  }

  /** Counts whole records from `used` on, and adds their number to `records`. */
  count(used: number, length: number, records: number, rules: TokenizerRules) {
    const isUnknown = this.#exports.count(
      firstByte,
      used,
      length,
      records,
      this.#delimiter,
      this.#quote,
      this.#recordDelimiter,
      this.#comment,
      rules.dropsCarriageReturn,
      rules.allowsQuotedNewlines,
      maxColumns,
      maxRecordBytes,
    );
    return this.#progress(isUnknown);
  }

  /**
   * Writes whole records from `used` on, which end in LF, again as they are, with quotes only where they are needed. The
   * output is valid until the next call.
   */
  rewrite(used: number, length: number, allowsQuotedNewlines: boolean) {
    const isUnknown = this.#exports.rewrite(
      firstByte,
      used,
      length,
      this.#at.out,
      this.#delimiter,
      this.#quote,
      this.#comment,
      allowsQuotedNewlines,
      maxColumns,
      maxRecordBytes,
      this.#at.closers,
    );
    const reached = this.#progress(isUnknown);
    const output = this.#output();
    // Not by a spread: of objects made so, V8 keeps some until the next full collection.
    return { isUnknown: reached.isUnknown, records: reached.records, used: reached.used, output };
  }

  #progress(isUnknown: number) {
    return {
      /** Whether it stopped before a record that it does not know. */
      isUnknown: isUnknown !== 0,
      records: this.#exports.records(),
      separators: this.#exports.separators(),
      used: this.#exports.used(),
    };
  }

  selectAll(from: number, to: number): number {
    return this.#exports.selectAll(from, to, this.#at.selection);
  }

  /** Selects the records of a range whose field is, or begins with, a constant; or is not, or does not. */
  selectText(from: number, to: number, { field, constant, match, isNegated, keepsAbsent }: TextCondition): number {
    this.#constant.set(constant);
    return this.#exports.selectText(
      ...this.#range(from, to, field),
      this.#at.constant,
      constant.length,
      match === 'whole',
      isNegated,
      keepsAbsent,
      this.#at.selection,
    );
  }

  /** Selects the records of a range whose field is a number that compares with a constant in a wanted way. */
  selectNumber(from: number, to: number, { field, isInteger, constant, wanted, keepsAbsent }: NumberCondition): number {
    return this.#exports.selectNumber(
      ...this.#range(from, to, field),
      isInteger,
      constant.digits,
      constant.scale,
      constant.digitCount,
      wanted,
      keepsAbsent,
      this.#at.selection,
    );
  }

  #range(from: number, to: number, field: number): readonly number[] {
    return [firstByte, this.#at.fields, this.#at.records, from, to, field, this.#quote];
  }

  /**
   * Adds the numbers of a field in the first `count` records of the selection to `sums` and `counts`, which it clears before.
   * Answers how many records it left, in `left`, and the first records of the least and the largest number, or -1.
   */
  aggregate(count: number, field: number, isInteger: boolean) {
    this.sums.fill(0n);
    this.counts.fill(0n);
    const left = this.#exports.aggregate(
      firstByte,
      this.#at.fields,
      this.#at.records,
      this.#at.selection,
      count,
      field,
      this.#quote,
      isInteger,
      this.#at.sums,
      this.#at.counts,
      this.#at.left,
    );
    return { left, least: this.#exports.recordOfLeast(), most: this.#exports.recordOfMost() };
  }

  /** Sets which columns are written; none stands for all. */
  writeColumns(columns: readonly number[]): void {
    this.#columns.set(columns);
  }

  /**
   * Writes records of the selection, from its place `from` on, all of their fields or the first `columnCount` that were set,
   * until a chunk is full. The output is valid until the next call.
   */
  write(from: number, count: number, columnCount: number): Written {
    const records = this.#exports.write(
      ...this.#selected(from, count, columnCount),
      this.#delimiter,
      this.#quote,
      this.#at.out,
      this.#at.out + chunkBytes,
    );
    return { records, output: this.#output() };
  }

  /** Records of the selection and the columns that were set. */
  #selected(from: number, count: number, columnCount: number): readonly number[] {
    const { fields, records, selection, columns } = this.#at;
    return [firstByte, fields, records, selection + 4 * from, count, columns, columnCount];
  }

  #output(): Buffer {
    return this.#out.subarray(0, this.#exports.written());
  }

  /** Sets what stands before the texts in JSON, for each of the columns. */
  writeKeys(keys: readonly Buffer[]): void {
    let end = 0;
    keys.forEach((key, column) => {
      this.#keys.set(key, end);
      end += key.length;
      this.#keyEnds[column] = end;
    });
  }

  /** As `write`, as objects of JSON, of the columns and keys that were set. It stops before a record that is wider than they say. */
  writeJson(from: number, count: number, { columnCount, repeats, widest, before, after }: JsonForm): Written {
    const records = this.#exports.writeJson(
      ...this.#selected(from, count, columnCount),
      this.#at.keys,
      this.#at.keyEnds,
      repeats,
      widest,
      this.#quote,
      before,
      after,
      this.#at.out,
      this.#at.out + chunkBytes,
    );
    return { records, output: this.#output() };
  }
}

/** How many records were written, and where, until the next call. */
export interface Written {
  readonly records: number;
  readonly output: Buffer;
}

/** What comes next is for the writer of rows. */
export const nothingWritten: Written = { records: 0, output: Buffer.alloc(0) };

export interface JsonForm {
  readonly columnCount: number;
  /** How often a column comes at most. */
  readonly repeats: number;
  /** More fields than so many have no name among the keys. */
  readonly widest: number;
  /** The bytes around a record, -1 for none. */
  readonly before: number;
  readonly after: number;
}

export interface TokenizerRules {
  readonly dropsCarriageReturn: boolean;
  readonly allowsQuotedNewlines: boolean;
}

interface Condition {
  readonly field: number;
  /** Whether records without the field are kept, as unknown. */
  readonly keepsAbsent: boolean;
}

export interface TextCondition extends Condition {
  /** At most `maxConstantBytes`, with no quote in it. */
  readonly constant: Uint8Array;
  readonly match: 'whole' | 'prefix';
  readonly isNegated: boolean;
}

export interface NumberCondition extends Condition {
  /** Of an INT a point is no part. */
  readonly isInteger: boolean;
  /** `digits` x 10^-`scale`. */
  readonly constant: { readonly digits: number; readonly scale: number; readonly digitCount: number };
  /** A sum of 1 for less, 2 for equal and 4 for more. */
  readonly wanted: number;
}
