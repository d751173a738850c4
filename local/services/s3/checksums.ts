import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { badDigest } from './errors';

/** The checksums that S3 keeps of an object and that are emulated, in base64 by the end of their header's name. */
export type Checksums = Partial<Record<(typeof algorithms)[number], string>>;

const algorithms = ['crc32', 'sha1', 'sha256'] as const;

/** All digests of a body, worked out while it passes. */
export class Digests {
  size = 0;
  #md5 = createHash('md5');
  #sha1 = createHash('sha1');
  #sha256 = createHash('sha256');
  #crc32 = 0;

  update(chunk: Buffer): void {
    this.size += chunk.length;
    this.#md5.update(chunk);
    this.#sha1.update(chunk);
    this.#sha256.update(chunk);
    this.#crc32 = crc32(chunk, this.#crc32);
  }

  /** `sha256Hex` and `md5` are what signatures and ETags are compared with. */
  finish(): { readonly md5: Buffer; readonly sha256Hex: string; readonly checksums: Required<Checksums> } {
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(this.#crc32);
    const sha256 = this.#sha256.digest();
    return {
      md5: this.#md5.digest(),
      sha256Hex: sha256.toString('hex'),
      checksums: {
        crc32: checksum.toString('base64'),
        sha1: this.#sha1.digest('base64'),
        sha256: sha256.toString('base64'),
      },
    };
  }
}

type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Those of the checksums that headers or trailers give; each must be right. Throws S3Error BadDigest. */
export function verifiedChecksums(given: HeaderValues, actual: Required<Checksums>): Checksums {
  const verified: Checksums = {};
  for (const algorithm of algorithms) {
    const value = given[`x-amz-checksum-${algorithm}`];
    if (value === undefined) continue;
    if (value !== actual[algorithm]) throw badDigest(algorithm.toUpperCase());
    verified[algorithm] = value;
  }
  return verified;
}

export const checksumHeaders = (checksums: Checksums): Record<string, string> =>
  Object.fromEntries(Object.entries(checksums).map(([algorithm, value]) => [`x-amz-checksum-${algorithm}`, value]));
