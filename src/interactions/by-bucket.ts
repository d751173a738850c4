import { bucketOf } from './customer';
import { type Row, readTable, type Table, type TableReport } from './read-table';
import { Spool } from './spool';

/** The rows of a file, put together by bucket, so that a bucket can be worked on alone. */
export interface ByBucket<Given> {
  readonly report: TableReport;
  /** The buckets that it has rows for. */
  readonly buckets: readonly number[];
  /** What a bucket's customers are given, by ascending ids. */
  ofBucket(bucket: number): Promise<readonly Given[]>;
  /** Removes what was put aside. */
  close(): Promise<void>;
}

/** Keeps a record of a customer; its bytes are copied. */
export type Keep = (id: number, record: Uint8Array) => void;

interface BucketTable<Column extends string, Given> extends Pick<Table<Column>, 'names' | 'optional'> {
  /** Takes a row: keeps a record of its customer, or answers what is wrong with it. */
  take(row: Row<Column>, keep: Keep): readonly string[];
  /** Reads the records of a bucket, one after another in the order in which they were kept. */
  group(records: Buffer): readonly Given[];
}

/** Reads a table of customers' rows. Throws as `readTable` does. */
export async function readByBucket<Column extends string, Given>(
  content: AsyncIterable<Uint8Array>,
  { names, optional, take, group }: BucketTable<Column, Given>,
): Promise<ByBucket<Given>> {
  const spool = new Spool();
  const keep: Keep = (id, record) => spool.append(bucketOf(id), record);
  try {
    const report = await readTable(content, {
      names,
      optional,
      take: (row) => take(row, keep),
      settle: () => spool.relieve(),
    });
    return {
      report,
      buckets: spool.filled,
      ofBucket: async (bucket) => group(await spool.read(bucket)),
      close: () => spool.close(),
    };
  } catch (error) {
    await spool.close();
    throw error;
  }
}
