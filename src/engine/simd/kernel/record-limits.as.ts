// Limits on a record that most records are far from.

import { maskOf } from './masks.as';

/** False where a record is too long, or may have too many columns. A record of so many columns has so many bytes. */
export function isWithinLimits(
  record: usize,
  length: u32,
  delimiters: v128,
  maxColumns: u32,
  maxRecordBytes: u32,
): bool {
  if (length < maxColumns) return true;
  if (length > maxRecordBytes) return false;
  // Delimiters in quotes count too: that leaves a record to the exact tokenizer which might be kept, and no other.
  let count: u64 = 0;
  for (let at: u32 = 0; at < length; at += 64) count += popcnt(maskOf(record + at, delimiters));
  return count < <u64>maxColumns;
}
