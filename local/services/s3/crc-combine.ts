/**
 * The CRC of two pieces of bytes, one after the other, from the CRC of each and the second's length: without reading
 * either. The polynomial has its bits reversed, as in `crc32`. Source: zlib's crc32_combine, by squaring matrices over
 * GF(2): appending a zero bit is a linear map of the CRC, and appending n of them is that map n times over.
 */
export function combineCrc(polynomial: number, first: number, second: number, secondBytes: number): number {
  let map = appendZeroBit(polynomial);
  // Two zero bits, four, and with the third squaring below one byte.
  map = square(square(map));
  let crc = first;
  for (let bytes = secondBytes; bytes > 0; bytes = Math.floor(bytes / 2)) {
    map = square(map);
    if (bytes % 2 === 1) crc = apply(map, crc);
  }
  return (crc ^ second) >>> 0;
}

/** A column for each of the 32 bits. */
type BitMatrix = Uint32Array;

function appendZeroBit(polynomial: number): BitMatrix {
  return Uint32Array.from({ length: 32 }, (_, bit) => (bit === 0 ? polynomial : 1 << (bit - 1)));
}

function apply(matrix: BitMatrix, vector: number): number {
  let product = 0;
  for (let bit = 0, rest = vector; rest !== 0; bit++, rest >>>= 1) {
    if (rest & 1) product ^= matrix[bit] ?? 0;
  }
  return product;
}

const square = (matrix: BitMatrix): BitMatrix => matrix.map((column) => apply(matrix, column));
