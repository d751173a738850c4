// dynalite ships no types. This is as much of it as is used here.

declare module 'dynalite' {
  import type { Server } from 'node:http';
  import type { StoreOptions } from 'dynalite/db';

  export default function dynalite(options: StoreOptions): Server;
}

declare module 'dynalite/db' {
  export interface StoreOptions {
    /** The folder of the LevelDB database. */
    readonly path: string;
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly updateTableMs: number;
  }

  export interface LevelIterator<T> extends AsyncIterable<T> {
    close(): Promise<void>;
    return?(): Promise<void>;
  }

  export type Done = (error?: Error | null) => void;

  export type WriteOperation =
    | { readonly type: 'put'; readonly key: string; readonly value: unknown }
    | { readonly type: 'del'; readonly key: string };

  /** An abstract-level database whose values are JSON. */
  export interface LevelDatabase {
    open(): Promise<void>;
    close(): Promise<void>;
    put(key: string, value: unknown, callback?: Done): Promise<void>;
    del(key: string, callback?: Done): Promise<void>;
    batch(operations: readonly WriteOperation[], callback?: Done): Promise<void>;
    keys(options?: object): LevelIterator<string>;
    values(options?: object): LevelIterator<unknown>;
    iterator(options?: object): LevelIterator<[string, unknown]>;
  }

  export interface Store {
    readonly db: LevelDatabase;
  }

  interface Table {
    readonly TableName: string;
    readonly LocalSecondaryIndexes?: readonly object[];
    readonly GlobalSecondaryIndexes?: readonly object[];
  }

  interface IndexEntry {
    readonly index: string;
    readonly key: string;
  }

  const db: {
    create(options: StoreOptions): Store;
    createKey(item: object, table: Table): string;
    getIndexActions(
      indexes: readonly object[],
      existing: object | null | undefined,
      item: object | null | undefined,
      table: Table,
    ): { readonly puts: readonly (IndexEntry & { readonly item: object })[]; readonly deletes: readonly IndexEntry[] };
    updateIndexes(
      store: Store,
      table: Table,
      existing: object | null | undefined,
      item: object | null | undefined,
      done: Done,
    ): void;
  };
  export default db;
}
