import type { KernelBlock } from './simd/kernel-block';

/**
 * What can be done with all records of a batch at once: to select those that a condition holds for, to add up numbers of
 * those selected, and to write them. What it does not know it leaves, and says so. Two do it under one contract: the one in
 * WebAssembly, where the machine has SIMD and the form of the input is simple, and else the one in TypeScript.
 */
export type Kernel = Pick<
  KernelBlock,
  | 'selection'
  | 'left'
  | 'selectAll'
  | 'selectText'
  | 'selectNumber'
  | 'aggregate'
  | 'writeColumns'
  | 'write'
  | 'writeKeys'
  | 'writeJson'
> & {
  readonly sums: ArrayLike<bigint>;
  readonly counts: ArrayLike<bigint | number>;
};
