import { execute } from './execute';
import type { Query } from './options';

export { maxExpressionBytes, maxRecordBytes } from './limits';
export type { CsvInput, Output, Query } from './options';
export { type Place, SqlError } from './sql-error';

/**
 * Answers a query over the bytes of a CSV file in the dialect of Amazon S3 Select.
 *
 * Resolves once the plan is made and the first record read; rejects with SqlError. Rows follow in chunks of at most
 * 128 KB; a record at fault makes the iteration throw SqlError. The source is read no further than the result needs, and
 * is left when the iteration is. Errors of the source and the signal's reason are thrown as they are.
 */
export async function select(
  query: Query,
  source: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const chunks = execute(query, source, signal);
  await chunks.next();
  return chunks;
}
