import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { combineCrc } from './crc-combine';
import { S3Error } from './errors';

/** The checksums that are verified and kept, by their name in `x-amz-checksum-<name>`. */
export const checksumNames = ['crc32', 'crc32c', 'sha1', 'sha256'] as const;

export type ChecksumName = (typeof checksumNames)[number];

/** COMPOSITE: of the parts' checksums, one after the other, not of the bytes. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly name: ChecksumName;
  /** Base64; of a composite one, `-` and the number of parts follow. */
  readonly value: string;
  /** @default 'FULL_OBJECT' */
  readonly type?: ChecksumType;
}

/** A sum in the making. */
export interface RunningSum {
  update(bytes: Uint8Array): unknown;
  digest(): Buffer;
}

export function startChecksum(name: ChecksumName): RunningSum {
  switch (name) {
    case 'crc32':
      return startCrc(crc32);
    case 'crc32c':
      return startCrc(crc32c);
    default:
      return createHash(name);
  }
}

/** `x-amz-checksum-crc32` names `crc32`. Throws S3Error NotImplemented for a checksum of S3 that is not known here. */
export function checksumNameIn(header: string): ChecksumName {
  const name = checksumNames.find((known) => header === `x-amz-checksum-${known}`);
  if (!name) throw new S3Error('NotImplemented', { detail: { Header: header } });
  return name;
}

export const checksumHeaders = ({ name, value, type = 'FULL_OBJECT' }: Checksum): Record<string, string> => ({
  [`x-amz-checksum-${name}`]: value,
  'x-amz-checksum-type': type,
});

/** The checksum of a whole object from those of its parts. Only that of a CRC can be had without reading the bytes. */
export function checksumOfParts(
  { name, type }: { readonly name: ChecksumName; readonly type: ChecksumType },
  parts: readonly { readonly value: string; readonly bytes: number }[],
): Checksum {
  const digests = parts.map(({ value }) => Buffer.from(value, 'base64'));
  if (type === 'COMPOSITE') {
    const sum = startChecksum(name);
    for (const digest of digests) sum.update(digest);
    return { name, type, value: `${sum.digest().toString('base64')}-${parts.length}` };
  }
  const crc = digests
    .map((digest) => digest.readUInt32BE())
    .reduce((whole, part, index) => combineCrc(polynomials[name] ?? 0, whole, part, parts[index]?.bytes ?? 0), 0);
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc);
  return { name, type, value: digest.toString('base64') };
}

const checksumBytes: Readonly<Record<ChecksumName, number>> = { crc32: 4, crc32c: 4, sha1: 20, sha256: 32 };

/** Throws S3Error InvalidRequest where the value cannot be a checksum of that name. */
export function requireChecksumValue({ name, value }: Checksum): void {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== checksumBytes[name] || bytes.toString('base64') !== value) {
    throw new S3Error('InvalidRequest', {
      message: `Value for x-amz-checksum-${name} header is invalid; it is the base64 of ${checksumBytes[name]} bytes.`,
    });
  }
}

function startCrc(compute: (bytes: Uint8Array, previous: number) => number): RunningSum {
  let crc = 0;
  return {
    update(bytes) {
      crc = compute(bytes, crc);
    },
    digest() {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(crc);
      return digest;
    },
  };
}

/** The Castagnoli polynomial, its bits reversed. Source: RFC 3720, appendix B.4. */
const castagnoli = 0x82f63b78;

/** Those of the checksums that can be of a whole object in parts. Source: RFC 1952, section 8, for CRC32. */
const polynomials: Readonly<Record<string, number>> = { crc32: 0xedb88320, crc32c: castagnoli };

const crc32cTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ castagnoli : crc >>> 1;
  return crc;
});

function crc32c(bytes: Uint8Array, previous: number): number {
  let crc = ~previous;
  for (const byte of bytes) crc = (crc32cTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}
