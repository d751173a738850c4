import type { FileSelect } from '../aws/file-select';
import type { FileStore } from '../aws/file-store';
import { type CsvInput, type Output, select } from '../engine/index';
import { csvInputDefaults } from './csv-input-defaults';
import { fileNotFound, keyOfId } from './file';

interface QueryRequest {
  readonly home: string;
  readonly id: string;
  readonly expression: string;
  readonly input?: Partial<CsvInput> | undefined;
  readonly output?: Partial<Output> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where a query is answered: here, from the bytes of a store, or there, where the file is. */
type Needs = { readonly store: FileStore } | { readonly select: FileSelect };

/**
 * Runs one SELECT over one's own CSV file. Its text is checked before the file is opened, and the first record is read
 * before this resolves. Throws AppError FileNotFound, SqlError; the rows throw SqlError where a later record is at fault.
 */
export async function queryFile(
  needs: Needs,
  { home, id, expression, input, output = {}, signal }: QueryRequest,
): Promise<AsyncIterable<Uint8Array>> {
  const key = keyOfId(home, id);
  const query = { expression, input: { ...csvInputDefaults, ...input }, output };
  if ('store' in needs) return select(query, open(needs.store, key, signal), signal);
  const rows = await needs.select.select(key, query, signal);
  if (rows === 'missing') throw fileNotFound();
  return rows;
}

async function* open(store: FileStore, key: string, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  const content = await store.read(key, { signal });
  if (typeof content === 'string' || content.kind !== 'content') throw fileNotFound();
  yield* content.chunks;
}
