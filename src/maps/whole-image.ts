import { crc32 } from 'node:zlib';

// Whether an image that begins well also ends: uploads are cut short, and a header alone does not show it. Nothing is decoded.

/** False for a PNG or a JPEG that is cut short or, a PNG, damaged; other kinds are not looked at. */
export function isWholeImage(mediaType: string, bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (mediaType === 'image/png') return isWholePng(buffer);
  if (mediaType === 'image/jpeg') return isWholeJpeg(buffer);
  return true;
}

/** A chunk is its length, its type, its data and a checksum; the last is IEND. Source: PNG specification, section 5. */
function isWholePng(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length || crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return false;
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return true;
    at = end;
  }
  return false;
}

/**
 * Segments, each a marker and a length, lead to the first scan, after which there is an end of image: scans hold no such
 * marker. A thumbnail has its own, within a segment. Source: ITU-T T.81, annex B.
 */
function isWholeJpeg(bytes: Buffer): boolean {
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return false;
    if (bytes[at + 1] === startOfScan) return bytes.indexOf(endOfImage, at) >= 0;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return false;
}

const startOfScan = 0xda;
const endOfImage = Buffer.of(0xff, 0xd9);
