// 64 bytes as bit masks: one bit a byte, the first byte's the lowest.

/** The bytes that are the one wanted. */
export function maskOf(at: usize, wanted: v128): u64 {
  const a = <u64>i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
  const b = <u64>i8x16.bitmask(i8x16.eq(v128.load(at, 16), wanted));
  const c = <u64>i8x16.bitmask(i8x16.eq(v128.load(at, 32), wanted));
  const d = <u64>i8x16.bitmask(i8x16.eq(v128.load(at, 48), wanted));
  return a | (b << 16) | ((c | (d << 16)) << 32);
}

/** Not zero where one of the bytes is the one wanted. */
export function matches(at: usize, wanted: v128): v128 {
  return v128.or(
    v128.or(i8x16.eq(v128.load(at), wanted), i8x16.eq(v128.load(at, 16), wanted)),
    v128.or(i8x16.eq(v128.load(at, 32), wanted), i8x16.eq(v128.load(at, 48), wanted)),
  );
}

/** The lowest of the bits that are set. */
export function lowest(bits: u64): u64 {
  return bits & (0 - bits);
}
