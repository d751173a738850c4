import { SqlError } from './sql-error';

/**
 * The bytes of a file as UTF-8, whatever its encoding. A byte order mark is dropped.
 * Throws SqlError InvalidTextEncoding with the offset of the byte at fault. Source: WHATWG Encoding Standard.
 */
export const decoded = (source: AsyncIterable<Uint8Array>, encoding: string): AsyncIterable<Uint8Array> =>
  encoding === 'utf-8' ? source : reencoded(source, encoding);

/** So that the text of one piece is a fraction of a chunk, whatever the source gives. */
const pieceBytes = 64 * 1024;

async function* reencoded(
  source: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let offset = 0;
  let before: Uint8Array = new Uint8Array(0);
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; from += pieceBytes) {
      const piece = chunk.subarray(from, from + pieceBytes);
      const text = attempt(() => decoder.decode(piece, { stream: true }));
      if (text === undefined) throw invalidByte(encoding, before, piece, offset);
      offset += piece.length;
      before = Buffer.concat([before, piece.subarray(-maxPending)]).subarray(-maxPending);
      if (text !== '') yield Buffer.from(text, 'utf8');
    }
  }
  const rest = attempt(() => decoder.decode());
  if (rest === undefined) throw invalidByte(encoding, before, new Uint8Array(0), offset);
  if (rest !== '') yield Buffer.from(rest, 'utf8');
}

/** Undefined where a fatal decoder throws. */
function attempt(decode: () => string): string | undefined {
  try {
    return decode();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return undefined;
    throw error;
  }
}

/** Bytes of earlier pieces that are kept, to find a place between two characters in them. */
const maxPending = 256;

/**
 * The error of a piece that cannot be decoded. A decoder does not tell where, and remembers the start of a character from
 * the piece before: so the bytes are read again, one at a time, from a place shortly before at which that can be done.
 */
function invalidByte(encoding: string, before: Uint8Array, piece: Uint8Array, offset: number): SqlError {
  const start = encoding.startsWith('utf-16') ? startOfUnit(encoding, before, offset) : startAfterAscii(before);
  const place = offset - before.length + start + firstInvalid(encoding, Buffer.concat([before.subarray(start), piece]));
  return new SqlError(
    'InvalidTextEncoding',
    `The byte at offset ${place} of the file, counted from 0, is not valid ${encoding}; name the file's encoding in the input options.`,
    { byte: place },
  );
}

/** A unit is two bytes, and the second half of a pair is no start. */
function startOfUnit(encoding: string, before: Uint8Array, offset: number): number {
  const start = Math.max(0, before.length - 2 - (offset % 2));
  const high = before[start + (encoding === 'utf-16le' ? 1 : 0)] ?? 0;
  return high >= 0xdc && high < 0xe0 ? start + 2 : start;
}

/** In no encoding is a byte below `0` the end of a longer character: text starts anew after it. */
function startAfterAscii(before: Uint8Array): number {
  let start = before.length;
  while (start > 0 && (before[start - 1] as number) >= 0x30) start--;
  return start;
}

/** The offset of the first byte of the first character that is none, or of one that the end cuts off. */
function firstInvalid(encoding: string, bytes: Uint8Array): number {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  let start = 0;
  for (let at = 0; at < bytes.length; at++) {
    const text = attempt(() => decoder.decode(bytes.subarray(at, at + 1), { stream: true }));
    if (text === undefined) return start;
    if (text !== '') start = at + 1;
  }
  return start;
}
