/** Numbers from 0 up to, not including, `below`; the same for the same seed. Source: Marsaglia, "Xorshift RNGs". */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
