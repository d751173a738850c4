// Where a record and the text of a field stand, as RecordCursor finds them. Delimiters and quotes are one byte here.

/** Added to the number of a record that only the exact code can judge. */
export const unknownFlag: u32 = 0x80000000;

/** How many fields the record last found has, and where it stands. */
export let width: u32 = 0;
export let recordFrom: usize = 0;
export let recordTo: usize = 0;

export function findRecord(bytes: usize, fields: usize, records: usize, record: u32): void {
  const place = records + ((<usize>record) << 2);
  const first = load<u32>(place);
  width = load<u32>(place, 4) - first - 1;
  recordFrom = bytes + <usize>(load<i32>(fields + ((<usize>first) << 2)) + 1);
  recordTo = bytes + <usize>load<u32>(fields + ((<usize>(first + width)) << 2));
}

/** The text of the field last found. */
export let textFrom: usize = 0;
export let textTo: usize = 0;
/** Whether it stood in quotes: then quotes inside of it are doubled. */
export let isQuoted: bool = false;

/** Finds a field of a record; false where the record has no such field. `quote` is -1 where quoting is off. */
export function findField(bytes: usize, fields: usize, records: usize, record: u32, field: u32, quote: i32): bool {
  const place = records + ((<usize>record) << 2);
  const first = load<u32>(place);
  if (field + 1 >= load<u32>(place, 4) - first) return false;
  const separator = fields + ((<usize>(first + field)) << 2);
  textFrom = bytes + <usize>(load<i32>(separator) + 1);
  textTo = bytes + <usize>load<u32>(separator, 4);
  isQuoted = textTo - textFrom >= 2 && <i32>load<u8>(textFrom) === quote;
  if (isQuoted) {
    textFrom++;
    textTo--;
  }
  return true;
}
