let writtenBytes: u32 = 0;

/** How long the output is. */
export function written(): u32 {
  return writtenBytes;
}

export function setWritten(bytes: u32): void {
  writtenBytes = bytes;
}
