import { S3Error } from './errors';

/** A chunk's size in hexadecimal, or a trailer; anything longer is not one. */
const maxLineBytes = 8 * 1024;

/** A body in the `aws-chunked` encoding, unpacked. The trailers, by lower-case name, are there once it has been read. */
export interface Unpacked {
  readonly bytes: AsyncIterable<Buffer>;
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * Chunks are `size in hexadecimal CRLF bytes CRLF`; one of size 0 and then trailers, `name:value CRLF`, end the body.
 * Throws S3Error IncompleteBody, InvalidRequest. Source: S3, "Signature calculations: including trailing headers".
 */
export function unpackAwsChunked(source: AsyncIterable<Buffer>): Unpacked {
  const trailers: Record<string, string> = {};
  return { trailers, bytes: chunks(source, trailers) };
}

async function* chunks(source: AsyncIterable<Buffer>, trailers: Record<string, string>): AsyncGenerator<Buffer> {
  const reader = new LineReader(source);
  for (;;) {
    const size = sizeOf(await reader.line());
    if (size === 0) break;
    yield* reader.bytes(size);
    if ((await reader.line()) !== '') throw malformed();
  }
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    if (colon < 1) throw malformed();
    trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
}

function sizeOf(line: string): number {
  const [size = ''] = line.split(';', 1);
  if (!/^[0-9a-f]{1,8}$/i.test(size)) throw malformed();
  return Number.parseInt(size, 16);
}

/** Takes lines and runs of bytes from chunks that end anywhere. */
class LineReader {
  #source: AsyncIterator<Buffer>;
  #rest = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#rest.toString('latin1', 0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return line;
      }
      if (this.#rest.length > maxLineBytes) throw malformed();
      this.#rest = Buffer.concat([this.#rest, await this.#next()]);
    }
  }

  async *bytes(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.#rest.length === 0) this.#rest = await this.#next();
      const taken = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(taken.length);
      left -= taken.length;
      yield taken;
    }
  }

  async #next(): Promise<Buffer<ArrayBuffer>> {
    const { done, value } = await this.#source.next();
    if (done) {
      throw new S3Error(400, 'IncompleteBody', 'You did not provide the number of bytes specified by the HTTP header');
    }
    return value as Buffer<ArrayBuffer>;
  }
}

const malformed = () => new S3Error(400, 'InvalidRequest', 'The body is not in the aws-chunked encoding');
