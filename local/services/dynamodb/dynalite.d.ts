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

  /** An abstract-level database whose values are JSON. */
  export interface LevelDatabase {
    open(): Promise<void>;
    close(): Promise<void>;
    put(key: string, value: unknown): Promise<void>;
    keys(options?: object): LevelIterator<string>;
    values(options?: object): LevelIterator<unknown>;
    iterator(options?: object): LevelIterator<[string, unknown]>;
  }

  export interface Store {
    readonly db: LevelDatabase;
  }

  const db: { create(options: StoreOptions): Store };
  export default db;
}
