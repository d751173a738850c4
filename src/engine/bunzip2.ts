import { SqlError } from './sql-error';

/**
 * BZIP2, block by block: the bytes of one block are gathered, and then it is decoded at once. A block is at most 900 000
 * bytes before the first of its run-length codes is undone, so all that is held is a few megabytes; what comes out is
 * given in small pieces, since those codes can make 45 megabytes of a block.
 *
 * Source: the format as J. Seward's bzip2 1.0 writes it (no standard exists; J. Tsai, "BZIP2: Format Specification").
 */
export async function* bunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let held = Buffer.alloc(0);
  const parts: Uint8Array[] = [];
  let waiting = 0;
  const stream = new Bzip2Stream();
  const gather = () => {
    held = Buffer.concat([held, ...parts.splice(0)]);
    waiting = 0;
  };
  const decode = function* (isLast: boolean): Generator<Uint8Array> {
    while (held.length >= maxCompressedBlock || (isLast && held.length > 0)) {
      const bits = new Bits(held, stream.bitOffset);
      yield* stream.decodeNext(bits);
      held = held.subarray(bits.wholeBytes);
      stream.bitOffset = bits.bitOffset;
    }
  };
  for await (const chunk of source) {
    parts.push(chunk);
    waiting += chunk.length;
    if (held.length + waiting < maxCompressedBlock) continue;
    gather();
    yield* decode(false);
  }
  gather();
  yield* decode(true);
  if (!stream.isAtEnd) throw damaged();
}

/** 900 000 codes of 20 bits, and the tables before them; what follows a block's end is in it, too. */
const maxCompressedBlock = 2_500_000;

const maxSymbols = 258;
const maxCodeLength = 20;
/** Most codes are no longer. */
const quickBits = 10;
const groupSize = 50;
const blockUnit = 100_000;
const pieceBytes = 64 * 1024;

const blockMagic = [0x314159, 0x265359] as const;
const endMagic = [0x177245, 0x385090] as const;

const damaged = (): SqlError => new SqlError('TruncatedInput', 'The BZIP2 file is cut short or damaged.');
const otherFormat = (): SqlError =>
  new SqlError('InvalidCompressionFormat', 'The file is not in BZIP2 format; set compression to NONE or GZIP.');

/** Reads bits from the most significant on. Throws SqlError TruncatedInput behind the last. */
class Bits {
  #bytes: Uint8Array;
  #at = 0;
  /** Bits of the bytes before `#at` that are still to be read, in the low end. */
  #window = 0;
  #count = 0;

  constructor(bytes: Uint8Array, bitOffset: number) {
    this.#bytes = bytes;
    if (bitOffset > 0) this.read(bitOffset);
  }

  /** At most 24 at once. */
  read(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  /** The next bits without reading them, with zeros behind the last. */
  peek(count: number): number {
    while (this.#count < count && this.#at < this.#bytes.length) {
      this.#window = (this.#window << 8) | (this.#bytes[this.#at++] as number);
      this.#count += 8;
    }
    const bits = this.#count < count ? this.#window << (count - this.#count) : this.#window >>> (this.#count - count);
    return bits & ((1 << count) - 1);
  }

  skip(count: number): void {
    if (count > this.#count) throw damaged();
    this.#count -= count;
  }

  /** Bytes that are read to their last bit, and the bits that are read of the next. */
  get wholeBytes(): number {
    return this.#at - Math.ceil(this.#count / 8);
  }

  get bitOffset(): number {
    return (8 - (this.#count % 8)) % 8;
  }

  skipToByte(): void {
    this.#count -= this.#count % 8;
  }
}

/** The state between blocks. Several streams in a row are one file. */
class Bzip2Stream {
  bitOffset = 0;
  #isFirst = true;
  /** Whether a stream has ended, and none begun since. */
  isAtEnd = false;
  #blockSize = 0;
  #crc = 0;
  #links = new Uint32Array(0);

  /** Decodes a stream's header with its first block, a block, or a stream's end. */
  *decodeNext(bits: Bits): Generator<Uint8Array> {
    if (this.isAtEnd || this.#isFirst) this.#header(bits);
    const magic = [bits.read(24), bits.read(24)] as const;
    if (isSame(magic, blockMagic)) yield* this.#block(bits);
    else if (isSame(magic, endMagic)) this.#end(bits);
    else throw damaged();
  }

  #header(bits: Bits): void {
    const wrong = this.#isFirst ? otherFormat : damaged;
    let level: number;
    try {
      if (bits.read(24) !== 0x425a68) throw wrong(); // BZh
      level = bits.read(8) - 48;
    } catch {
      throw wrong();
    }
    if (level < 1 || level > 9) throw wrong();
    this.#isFirst = false;
    this.isAtEnd = false;
    this.#blockSize = level * blockUnit;
    this.#crc = 0;
  }

  #end(bits: Bits): void {
    if (readWord(bits) !== this.#crc) throw damaged();
    bits.skipToByte();
    this.isAtEnd = true;
  }

  *#block(bits: Bits): Generator<Uint8Array> {
    const expected = readWord(bits);
    if (bits.read(1) === 1) {
      throw new SqlError('TruncatedInput', 'The BZIP2 file has randomised blocks, which no bzip2 since 1999 writes.');
    }
    const origin = bits.read(24);
    if (this.#links.length < this.#blockSize) this.#links = new Uint32Array(this.#blockSize);
    const length = readSymbols(bits, this.#links, this.#blockSize);
    if (origin >= length) throw damaged();
    const output = new RunLengths();
    yield* output.expand(unsorted(this.#links, length, origin));
    if (output.crc !== expected) throw damaged();
    this.#crc = (((this.#crc << 1) | (this.#crc >>> 31)) ^ expected) >>> 0;
  }
}

const isSame = (a: readonly [number, number], b: readonly [number, number]): boolean => a[0] === b[0] && a[1] === b[1];

const readWord = (bits: Bits): number => ((bits.read(16) << 16) | bits.read(16)) >>> 0;

/** Undoes the Huffman codes, the runs of zeros and the move-to-front of a block; one byte of it in each low byte. */
function readSymbols(bits: Bits, into: Uint32Array, blockSize: number): number {
  const front = usedBytes(bits);
  const endOfBlock = front.length + 1;
  const tableCount = bits.read(3);
  const selectorCount = bits.read(15);
  if (tableCount < 2 || tableCount > 6 || selectorCount === 0 || front.length === 0) throw damaged();
  const selectors = readSelectors(bits, selectorCount, tableCount);
  const tables = Array.from({ length: tableCount }, () => readTable(bits, endOfBlock + 1));

  let length = 0;
  let run = 0;
  let runUnit = 1;
  for (let group = 0; ; group++) {
    const table = tables[selectors[group] ?? -1];
    if (!table) throw damaged();
    for (let i = 0; i < groupSize; i++) {
      const symbol = table.read(bits);
      if (symbol <= 1) {
        run += runUnit << symbol;
        runUnit <<= 1;
        if (run > blockSize) throw damaged();
        continue;
      }
      if (run > 0) {
        if (length + run > blockSize) throw damaged();
        into.fill(front[0] as number, length, length + run);
        length += run;
        run = 0;
        runUnit = 1;
      }
      if (symbol === endOfBlock) return length;
      if (length === blockSize) throw damaged();
      const place = symbol - 1;
      const byte = front[place] as number;
      front.copyWithin(1, 0, place);
      front[0] = byte;
      into[length++] = byte;
    }
  }
}

function usedBytes(bits: Bits): Uint8Array {
  const ranges = bits.read(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const members = bits.read(16);
    for (let i = 0; i < 16; i++) if ((members & (0x8000 >> i)) !== 0) used.push(range * 16 + i);
  }
  return Uint8Array.from(used);
}

function readSelectors(bits: Bits, count: number, tableCount: number): Uint8Array {
  const order = Array.from({ length: tableCount }, (_, table) => table);
  const selectors = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= tableCount) throw damaged();
    const [table] = order.splice(place, 1) as [number];
    order.unshift(table);
    selectors[i] = table;
  }
  return selectors;
}

/** A canonical Huffman code. */
class CodeTable {
  /** By length: the greatest code, and what to take from a code to get its symbol's place. */
  #limits = new Int32Array(maxCodeLength + 2).fill(-1);
  #bases = new Int32Array(maxCodeLength + 2);
  #symbols = new Uint16Array(maxSymbols);
  /** By the next `quickBits` bits, where they hold a whole code: its length above its symbol's nine bits; else 0. */
  #quick = new Uint16Array(1 << quickBits);

  constructor(lengths: Uint8Array) {
    let code = 0;
    let place = 0;
    for (let length = 1; length <= maxCodeLength; length++) {
      this.#bases[length] = code - place;
      for (let symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] !== length) continue;
        this.#symbols[place++] = symbol;
        if (length <= quickBits && code >> length === 0) {
          const unused = quickBits - length;
          this.#quick.fill((length << 9) | symbol, code << unused, (code + 1) << unused);
        }
        code++;
      }
      this.#limits[length] = code - 1;
      code <<= 1;
    }
  }

  read(bits: Bits): number {
    const quick = this.#quick[bits.peek(quickBits)] as number;
    if (quick !== 0) {
      bits.skip(quick >> 9);
      return quick & 0x1ff;
    }
    let length = quickBits;
    let code = bits.read(quickBits);
    while (code > (this.#limits[length] as number)) {
      if (++length > maxCodeLength) throw damaged();
      code = (code << 1) | bits.read(1);
    }
    const place = code - (this.#bases[length] as number);
    if (place < 0) throw damaged();
    return this.#symbols[place] as number;
  }
}

function readTable(bits: Bits, symbols: number): CodeTable {
  const lengths = new Uint8Array(symbols);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > maxCodeLength) throw damaged();
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return new CodeTable(lengths);
}

/** Undoes the sorting (the Burrows-Wheeler transform): the bytes in their order. */
function* unsorted(links: Uint32Array, length: number, origin: number): Generator<Uint8Array> {
  const starts = new Uint32Array(256);
  for (let i = 0; i < length; i++) {
    const byte = (links[i] as number) & 0xff;
    starts[byte] = (starts[byte] as number) + 1;
  }
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    const count = starts[byte] as number;
    starts[byte] = sum;
    sum += count;
  }
  // Above each byte the place of the one after it.
  for (let i = 0; i < length; i++) {
    const byte = (links[i] as number) & 0xff;
    const place = starts[byte] as number;
    starts[byte] = place + 1;
    links[place] = ((links[place] as number) & 0xff) | (i << 8);
  }
  const piece = new Uint8Array(pieceBytes);
  let place = (links[origin] as number) >>> 8;
  for (let done = 0; done < length; ) {
    const size = Math.min(pieceBytes, length - done);
    for (let i = 0; i < size; i++) {
      const link = links[place] as number;
      piece[i] = link & 0xff;
      place = link >>> 8;
    }
    done += size;
    yield piece.subarray(0, size);
  }
}

/** Undoes the first coding: after four equal bytes comes the number of further ones. Keeps the checksum of what it gives. */
class RunLengths {
  #crc = 0xffffffff;
  #last = -1;
  #repeats = 0;

  get crc(): number {
    return ~this.#crc >>> 0;
  }

  *expand(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
    for (const piece of pieces) {
      let output = new Uint8Array(pieceBytes);
      let length = 0;
      for (const byte of piece) {
        const isCount = this.#repeats === 4;
        const count = isCount ? byte : 1;
        const value = isCount ? this.#last : byte;
        if (length + count > output.length) {
          yield output.subarray(0, length);
          output = new Uint8Array(pieceBytes);
          length = 0;
        }
        for (let i = 0; i < count; i++) {
          output[length++] = value;
          this.#crc = (this.#crc << 8) ^ (crcTable[(this.#crc >>> 24) ^ value] as number);
        }
        if (isCount) this.#repeats = 0;
        else {
          this.#repeats = byte === this.#last && this.#repeats > 0 ? this.#repeats + 1 : 1;
          this.#last = byte;
        }
      }
      if (length > 0) yield output.subarray(0, length);
    }
  }
}

/** Of the polynomial 0x04c11db7, most significant bit first. */
const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});
