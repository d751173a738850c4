/** In place of src/engine/simd/simd-tokenizer.ts: as on a machine that has no SIMD. */
export const simdTokenizer = () => undefined;
