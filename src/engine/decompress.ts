import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { CsvInput } from './options';
import { SqlError } from './sql-error';

/** The bytes of the file that a source holds. Throws SqlError InvalidCompressionFormat, TruncatedInput. */
export const decompressed = (
  source: AsyncIterable<Uint8Array>,
  compression: CsvInput['compression'],
): AsyncIterable<Uint8Array> => (compression === 'GZIP' ? gunzipped(source) : source);

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
