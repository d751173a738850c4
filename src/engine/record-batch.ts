import type { Kernel } from './kernel';

/**
 * Records of CSV as offsets into the block of bytes that they stand in: the one data structure between the tokenizers and
 * the operators. Nothing is copied or decoded until an operator asks for it.
 *
 * The separators of record r are `fields[records[r]]` up to and with `fields[records[r + 1] - 1]`: first the record's start
 * less the length of the field delimiter, then the offset at which each field ends. So field k of the record
 *
 *   begins at  fields[records[r] + k] + the length of the field delimiter
 *   ends at    fields[records[r] + k + 1]
 *
 * and there are `records[r + 1] - records[r] - 1` of them. A quoted field begins and ends with its quotes; what is between
 * them may hold escapes. Blank records and comments are left out. A batch is valid until the next one is asked for.
 */
export interface RecordBatch {
  readonly bytes: Buffer;
  readonly fields: Int32Array;
  readonly records: Int32Array;
  readonly count: number;
  /** How many records came before this batch in the file. */
  readonly recordsBefore: number;
  /** How many bytes of the file came before the block. */
  readonly offset: number;
  readonly kernel: Kernel;
}

/** Where the records of a batch stand. */
export type RecordPlaces = Pick<RecordBatch, 'bytes' | 'fields' | 'records' | 'recordsBefore'>;
