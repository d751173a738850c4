import { execute, type Progress } from './execute';
import type { Query } from './options';

export { isSqlErrorCode, sqlErrorCatalogue, sqlErrorCodes } from './error-codes';
export { maxExpressionBytes, maxRecordBytes } from './limits';
export type { CsvInput, Output, Query, ScanRange } from './options';
export { type Place, SqlError } from './sql-error';

/** The chunks of a result, each of at most 128 KB, and how much of the file has been read for them so far. */
export interface Rows extends AsyncIterable<Uint8Array> {
  readonly progress: Readonly<Progress>;
}

/**
 * Answers a query over the bytes of a CSV file in the dialect of Amazon S3 Select.
 *
 * Resolves once the plan is made and the first record read; rejects with SqlError. Rows follow as they are asked for; a
 * record at fault makes the iteration throw SqlError. The source is read no further than the result needs, and is left
 * when the iteration is. Errors of the source and the signal's reason are thrown as they are.
 */
export async function select(query: Query, source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Rows> {
  const progress = { bytesScanned: 0, bytesProcessed: 0 };
  const chunks = execute(query, source, progress, signal);
  await chunks.next();
  return { progress, [Symbol.asyncIterator]: () => chunks };
}
