// How far a kernel came in a block.

/** How many records were found, and how many separators they have. */
let recordCount: u32 = 0;
let separatorCount: u32 = 0;
/** The offset behind the last record found. */
let usedBytes: u32 = 0;

export function records(): u32 {
  return recordCount;
}
export function separators(): u32 {
  return separatorCount;
}
export function used(): u32 {
  return usedBytes;
}

/** Notes it. */
export function reach(records: u32, separators: u32, used: u32): void {
  recordCount = records;
  separatorCount = separators;
  usedBytes = used;
}
