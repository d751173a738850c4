import type { Kernel } from './kernel';
import { NumberBytes } from './number-bytes';
import type { CsvInput } from './options';
import { RecordCursor } from './record';
import type { RecordPlaces } from './record-batch';
import { ScalarWriting } from './scalar-writing';
import {
  type NumberCondition,
  nothingWritten,
  type TextCondition,
  unknownFlag,
  type Written,
} from './simd/kernel-block';

/** The kernel for any machine and any form of input: it asks one record after another. */
export class ScalarKernel implements Kernel {
  selection = new Uint32Array(0);
  left = new Uint32Array(0);
  readonly sums: bigint[] = Array(scales).fill(0n);
  readonly counts: number[] = Array(scales).fill(0);
  #places: RecordPlaces;
  #record: RecordCursor;
  #number = new NumberBytes();
  #writing: ScalarWriting;

  constructor(input: CsvInput, places: RecordPlaces) {
    this.#places = places;
    this.#record = new RecordCursor(input);
    this.#writing = new ScalarWriting(input);
  }

  /** The records from now on. */
  moveTo(places: RecordPlaces): void {
    this.#places = places;
  }

  selectAll(from: number, to: number): number {
    const selection = this.#selectionOf(to - from);
    for (let record = from; record < to; record++) selection[record - from] = record;
    return to - from;
  }

  selectText(from: number, to: number, { field, constant, match, isNegated, keepsAbsent }: TextCondition): number {
    const selection = this.#selectionOf(to - from);
    const record = this.#record;
    const bytes = Buffer.from(constant);
    let count = 0;
    for (let index = from; index < to; index++) {
      record.moveTo(this.#places, index);
      const outcome = record.matches(field, bytes, match);
      if (outcome === undefined) {
        if (keepsAbsent) selection[count++] = index | unknownFlag;
      } else if (outcome !== isNegated) selection[count++] = index;
    }
    return count;
  }

  selectNumber(from: number, to: number, condition: NumberCondition): number {
    const { field, isInteger, constant, wanted, keepsAbsent } = condition;
    const selection = this.#selectionOf(to - from);
    const number = this.#number;
    let count = 0;
    for (let index = from; index < to; index++) {
      if (!this.#read(index, field, isInteger)) {
        if (keepsAbsent || field < this.#record.width) selection[count++] = index | unknownFlag;
        continue;
      }
      const order = orderOf(number.digits, number.scale, constant.digits, constant.scale);
      if (order === undefined) selection[count++] = index | unknownFlag;
      else if ((wanted & (order < 0 ? less : order > 0 ? more : equal)) !== 0) selection[count++] = index;
    }
    return count;
  }

  aggregate(count: number, field: number, isInteger: boolean) {
    if (this.left.length < count) this.left = new Uint32Array(2 * count);
    this.sums.fill(0n);
    this.counts.fill(0);
    const number = this.#number;
    /** What is not in `sums` yet. */
    const small = new Float64Array(scales);
    let left = 0;
    let [least, leastDigits, leastScale] = [-1, 0, 0];
    let [most, mostDigits, mostScale] = [-1, 0, 0];
    for (let place = 0; place < count; place++) {
      const index = this.selection[place] as number;
      if (!this.#read(index, field, isInteger)) {
        if (field < this.#record.width) this.left[left++] = index;
        continue;
      }
      const { digits, scale } = number;
      const fromLeast = least < 0 ? -1 : orderOf(digits, scale, leastDigits, leastScale);
      const fromMost = most < 0 ? 1 : orderOf(digits, scale, mostDigits, mostScale);
      if (fromLeast === undefined || fromMost === undefined) {
        this.left[left++] = index;
        continue;
      }
      if (fromLeast < 0) [least, leastDigits, leastScale] = [index, digits, scale];
      if (fromMost > 0) [most, mostDigits, mostScale] = [index, digits, scale];
      const sum = (small[scale] as number) + digits;
      const isLarge = Math.abs(sum) > maxSmallSum;
      if (isLarge) this.sums[scale] = (this.sums[scale] as bigint) + BigInt(sum);
      small[scale] = isLarge ? 0 : sum;
      this.counts[scale] = (this.counts[scale] as number) + 1;
    }
    small.forEach((sum, scale) => {
      this.sums[scale] = (this.sums[scale] as bigint) + BigInt(sum);
    });
    return { left, least, most };
  }

  writeColumns(columns: readonly number[]): void {
    this.#writing.columns = columns;
  }

  write(from: number, count: number, columnCount: number): Written {
    return this.#writing.write(this.#places, this.selection, from, count, columnCount === 0);
  }

  /** JSON is left to the writer of rows, which is as fast. */
  writeKeys(): void {}

  writeJson(): Written {
    return nothingWritten;
  }

  /** Whether a field is a number that is read from its bytes. */
  #read(index: number, field: number, isInteger: boolean): boolean {
    const record = this.#record;
    const number = this.#number;
    record.moveTo(this.#places, index);
    if (field >= record.width || !record.find(field)) return false;
    return number.read(record.block, record.from, record.to) && !(isInteger && number.hasPoint);
  }

  #selectionOf(records: number): Uint32Array<ArrayBuffer> {
    if (this.selection.length < records) this.selection = new Uint32Array(2 * records);
    return this.selection;
  }
}

/** Numbers have up to 15 digits behind the point. */
const scales = 16;
/** A larger sum is set aside, lest another number of 15 digits make it one that a double does not hold. */
const maxSmallSum = 8e15;
const [less, equal, more] = [1, 2, 4];
const powersOf10 = Array.from({ length: scales }, (_, exponent) => 10 ** exponent);

/** How two numbers compare, each its digits x 10^-scale; undefined where a double may not hold them at one scale. */
function orderOf(a: number, aScale: number, b: number, bScale: number): number | undefined {
  if (aScale === bScale) return a - b;
  const [left, right] =
    aScale < bScale
      ? [a * (powersOf10[bScale - aScale] as number), b]
      : [a, b * (powersOf10[aScale - bScale] as number)];
  if (Math.abs(left) > Number.MAX_SAFE_INTEGER || Math.abs(right) > Number.MAX_SAFE_INTEGER) return undefined;
  return left - right;
}
