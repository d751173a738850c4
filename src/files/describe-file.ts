import type { FileStore } from '../aws/file-store';
import { SqlError, select } from '../engine/index';
import { csvInputDefaults } from './csv-input-defaults';
import { type File, fileNotFound, keyOfId, toFile } from './file';

export interface FileDescription extends File {
  readonly contentType: string;
  /** The fields of the first record, read as CSV with commas; null where the bytes are no such record. */
  readonly columns: readonly string[] | null;
}

/** What is known of one's own file. Reads no further than its first record. Throws AppError FileNotFound. */
export async function describeFile(
  { store }: { readonly store: FileStore },
  { home, id }: { readonly home: string; readonly id: string },
): Promise<FileDescription> {
  const key = keyOfId(home, id);
  const content = await store.read(key);
  if (typeof content === 'string' || content.kind !== 'content') throw fileNotFound();
  const { length, etag, updatedAt, contentType, chunks } = content;
  return { ...toFile(home, { key, size: length, etag, updatedAt }), contentType, columns: await columnsOf(chunks) };
}

async function columnsOf(bytes: AsyncIterable<Uint8Array>): Promise<readonly string[] | null> {
  const query = {
    expression: 'SELECT * FROM S3Object LIMIT 1',
    input: { ...csvInputDefaults, header: 'NONE' },
    output: { format: 'json' },
  } as const;
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await select(query, bytes)) chunks.push(chunk);
    const [record = {}]: Record<string, string>[] = JSON.parse(Buffer.concat(chunks).toString());
    return Object.values(record);
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}
