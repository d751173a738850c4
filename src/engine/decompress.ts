import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { bunzipped } from './bunzip2';
import { bytesDecompressedAtFirst, bytesPerCompressedByte } from './limits';
import type { CsvInput } from './options';
import { SqlError } from './sql-error';

/**
 * The bytes of the file that a source holds. Throws SqlError InvalidCompressionFormat, TruncatedInput, and
 * MaxStepsExceeded where a small file grows without end.
 */
export function decompressed(
  source: AsyncIterable<Uint8Array>,
  compression: CsvInput['compression'],
): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'NONE':
      return source;
    case 'GZIP':
      return bounded(source, gunzipped);
    case 'BZIP2':
      return bounded(source, bunzipped);
  }
}

/** Files that are made to burst ("bombs") grow a thousandfold and more; files of data do not, or stay small. */
async function* bounded(
  source: AsyncIterable<Uint8Array>,
  decompress: (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let allowed = bytesDecompressedAtFirst;
  async function* measured() {
    for await (const chunk of source) {
      allowed += chunk.length * bytesPerCompressedByte;
      yield chunk;
    }
  }
  for await (const chunk of decompress(measured())) {
    allowed -= chunk.length;
    if (allowed < 0) {
      throw new SqlError(
        'MaxStepsExceeded',
        `The compressed file grows more than ${bytesPerCompressedByte}-fold; decompress it, and query that.`,
      );
    }
    yield chunk;
  }
}

async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip();
  // A failure of the source, or of the format, reaches the reader through the stream itself.
  const feeding = pipeline(Readable.from(source, { objectMode: true }), gunzip).catch(() => {});
  try {
    yield* gunzip;
  } catch (error) {
    throw compressionError(error);
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

/** zlib's errors carry codes of their own; others are the source's. */
function compressionError(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!code?.startsWith('Z_')) return error;
  if (code === 'Z_DATA_ERROR' && message === 'incorrect header check') {
    return new SqlError('InvalidCompressionFormat', 'The file is not in GZIP format; set compression to NONE.');
  }
  return new SqlError('TruncatedInput', 'The compressed file is cut short or damaged.');
}
