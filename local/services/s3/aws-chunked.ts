import { createHash } from 'node:crypto';
import { equal, hmac, sha256 } from '../sigv4';
import { S3Error } from './errors';
import type { Signing } from './signature';

// The content encoding `aws-chunked`: a body in chunks, each with its size and, where the client signs them, a signature
// that goes on from the one before; then trailers, whose checksum the client could not know when it began to send.
//
//     10000;chunk-signature=ad80c7...\r\n  65536 bytes \r\n
//     0;chunk-signature=b6c6ea...\r\n
//     x-amz-checksum-crc32:4Q8kNA==\r\n
//     x-amz-trailer-signature:d81f82...\r\n
//     \r\n
//
// Source: S3 API reference, "Signature calculations for the Authorization header: transferring payload in multiple
// chunks" and "including trailing headers". A wrong signature is noticed at the end of its chunk, when the chunk's bytes
// were handed on: whoever takes them must not believe them before the end.

export interface AwsChunkedBody {
  /** The decoded bytes. Throws S3Error where the encoding, the body's end or a signature is wrong. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Filled when `chunks` has ended. Names in lower case. */
  readonly trailers: ReadonlyMap<string, string>;
}

/** Every chunk but the last has at least this many bytes. */
const minChunkBytes = 8192;
/** Of one line: a chunk's head or a trailer. */
const maxLineBytes = 4096;
const maxTrailers = 16;
const emptyHash = sha256('');

/** Decodes a body, verifying its signatures if `signing` is given. Holds no more than what was read and one line. */
export function decodeAwsChunked(source: AsyncIterable<Buffer>, signing: Signing | undefined): AwsChunkedBody {
  const trailers = new Map<string, string>();
  return { chunks: decode(new ByteReader(source), signing, trailers), trailers };
}

async function* decode(
  reader: ByteReader,
  signing: Signing | undefined,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  try {
    let signature = signing?.signature ?? '';
    let previousSize = minChunkBytes;
    for (;;) {
      const { size, claimed } = readHead(await reader.line());
      if (size > 0 && previousSize < minChunkBytes) throw new S3Error('InvalidChunkSizeError');
      previousSize = size;
      const hash = signing && createHash('sha256');
      for await (const bytes of reader.bytes(size)) {
        hash?.update(bytes);
        yield bytes;
      }
      if (signing && hash) {
        signature = verify(signing, 'PAYLOAD', [signature, emptyHash, hash.digest('hex')], claimed);
      }
      if (size === 0) break;
      if ((await reader.line()) !== '') throw malformed('A chunk is longer than its size says.');
    }
    await readTrailers(reader, signing && { ...signing, signature }, trailers);
  } finally {
    await reader.close();
  }
}

function readHead(line: string): { readonly size: number; readonly claimed: string } {
  const [, size, claimed = ''] = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line) ?? [];
  if (size === undefined)
    throw malformed("A chunk must begin with its size in hexadecimal digits and end by '\\r\\n'.");
  return { size: Number.parseInt(size, 16), claimed };
}

async function readTrailers(reader: ByteReader, signing: Signing | undefined, trailers: Map<string, string>) {
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const [, name, value] = /^([^\s:]+): *(.*?) *$/.exec(line) ?? [];
    if (name === undefined || value === undefined || trailers.size === maxTrailers) {
      throw new S3Error('MalformedTrailerError');
    }
    trailers.set(name.toLowerCase(), value);
  }
  await reader.end();
  if (signing && trailers.size > 0) {
    const claimed = trailers.get('x-amz-trailer-signature') ?? '';
    trailers.delete('x-amz-trailer-signature');
    const canonical = [...trailers].map(([name, value]) => `${name}:${value}\n`).join('');
    verify(signing, 'TRAILER', [signing.signature, sha256(canonical)], claimed);
  }
}

function verify({ key, date, scope }: Signing, what: string, parts: readonly string[], claimed: string): string {
  const signature = hmac(key, [`AWS4-HMAC-SHA256-${what}`, date, scope, ...parts].join('\n')).toString('hex');
  if (!equal(signature, claimed)) throw new S3Error('SignatureDoesNotMatch');
  return signature;
}

const malformed = (message: string) =>
  new S3Error('InvalidRequest', { message: `The aws-chunked body is malformed. ${message}` });

/** Takes lines and counted bytes from chunks that end anywhere. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The text up to the next CR LF, without it. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf('\r\n');
      if (end > maxLineBytes || (end < 0 && this.#buffer.length > maxLineBytes)) {
        throw malformed(`A line has more than ${maxLineBytes} bytes.`);
      }
      if (end >= 0) return this.#take(end + 2).toString('latin1', 0, end);
      const more = await this.#read();
      this.#buffer = Buffer.concat([this.#buffer, more]);
    }
  }

  /** The next so many bytes, as they come. */
  async *bytes(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.#buffer.length === 0) this.#buffer = await this.#read();
      const taken = this.#take(Math.min(left, this.#buffer.length));
      left -= taken.length;
      yield taken;
    }
  }

  /** Throws S3Error unless nothing is left. */
  async end(): Promise<void> {
    const { done } = await this.#source.next();
    if (this.#buffer.length > 0 || !done) throw malformed('Something follows its end.');
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #take(count: number): Buffer {
    const taken = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return taken;
  }

  async #read(): Promise<Buffer> {
    const { value, done } = await this.#source.next();
    if (done) throw new S3Error('IncompleteBody');
    return value;
  }
}
