import { type Query, SqlError, select } from '../../src/engine/index';

/** The bytes as a source gives them, in chunks of at most `chunkBytes`. */
export async function* inChunks(bytes: Uint8Array, chunkBytes = 65_536): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
}

export const bytesOf = (data: string | Uint8Array): Uint8Array => (typeof data === 'string' ? Buffer.from(data) : data);

export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString('utf8');
}

/** The whole result of a query over some bytes. */
export async function resultOf(query: Query, data: string | Uint8Array, chunkBytes?: number): Promise<string> {
  return textOf(await select(query, inChunks(bytesOf(data), chunkBytes)));
}

/** The result, or the error in one line: `error Code line 1, column 8`, `error Code record 3`. */
export async function answerOf(query: Query, data: string | Uint8Array, chunkBytes?: number): Promise<string> {
  try {
    return await resultOf(query, data, chunkBytes);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const place = Object.entries(error.place ?? {}).map(([unit, number]) => `${unit} ${number}`);
    return `error ${error.code} ${place.join(', ')}`.trimEnd();
  }
}
