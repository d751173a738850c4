// Copies that never take a call: most are short.

/** Copies 16 bytes at a time, up to 15 more than asked for. */
export function copy(from: usize, to: usize, length: usize): void {
  for (let at: usize = 0; at < length; at += 16) v128.store(to + at, v128.load(from + at));
}

export function copy64(from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 16);
  const c = v128.load(from, 32);
  const d = v128.load(from, 48);
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
}

/**
 * Copies 64 bytes without some of them, and answers where the copy ends. Each 8 bytes are closed up by a shuffle, which is
 * looked up at `closers`.
 */
export function copyWithout(dropped: u64, from: usize, to: usize, closers: usize): usize {
  if ((dropped & (dropped - 1)) === 0) {
    const gap = <usize>ctz(dropped);
    copy64(from, to);
    copy64(from + gap + 1, to + gap);
    return to + 63;
  }
  to = closeUp(from, to, closers, <u32>dropped & 255);
  to = closeUp(from + 8, to, closers, <u32>(dropped >> 8) & 255);
  to = closeUp(from + 16, to, closers, <u32>(dropped >> 16) & 255);
  to = closeUp(from + 24, to, closers, <u32>(dropped >> 24) & 255);
  to = closeUp(from + 32, to, closers, <u32>(dropped >> 32) & 255);
  to = closeUp(from + 40, to, closers, <u32>(dropped >> 40) & 255);
  to = closeUp(from + 48, to, closers, <u32>(dropped >> 48) & 255);
  return closeUp(from + 56, to, closers, <u32>(dropped >> 56));
}

function closeUp(from: usize, to: usize, closers: usize, dropped: u32): usize {
  const kept = i8x16.swizzle(v128.load64_zero(from), v128.load64_zero(closers + ((<usize>dropped) << 3)));
  v128.store64_lane(to, kept, 0);
  return to + 8 - <usize>popcnt(dropped);
}

/** Writes the shuffles: for each mask of 8 bytes the places of those that are not in it. Takes 2 KB. */
export function prepareClosers(closers: usize): void {
  for (let mask: u32 = 0; mask < 256; mask++) {
    let to = closers + ((<usize>mask) << 3);
    for (let bit: u32 = 0; bit < 8; bit++) if (((mask >> bit) & 1) === 0) store<u8>(to++, <u8>bit);
  }
}

/** Moves the bytes from `from` up to `to` one byte to the front, and up to 15 more. */
export function moveDown(from: usize, to: usize): void {
  for (let at = from; at < to; at += 16) v128.store(at - 1, v128.load(at));
}

/** Moves the bytes from `from` up to `to` one byte to the back. */
export function moveUp(from: usize, to: usize): void {
  let at = to;
  while (at >= from + 16) {
    at -= 16;
    v128.store(at + 1, v128.load(at));
  }
  while (at > from) {
    at--;
    store<u8>(at + 1, load<u8>(at));
  }
}
