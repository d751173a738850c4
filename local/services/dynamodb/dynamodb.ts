import { EventEmitter } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import db, { type LevelDatabase, type LevelIterator, type Store, type StoreOptions } from 'dynalite/db';
import { type EmbeddedService, listen } from '../service';
import { writeItemsWithTheirIndexes } from './atomic-writes';

/*
 * DynamoDB is dynalite 4, over LevelDB. What it answers is taken as it is: it knows no transactions and no
 * UpdateTimeToLive. What surrounds it is mended here, since it was made for tests that last a minute:
 *
 * - each query leaked an iterator, about 18 KB;
 * - a client that left while it sent ended the process;
 * - closing while a write was under way ended the process;
 * - a folder in use was noticed by the first request, which ended the process;
 * - a crash amid a write left an item and the indexes at odds (atomic-writes.ts);
 * - a table whose creation was cut short by a crash stayed in the state CREATING for ever.
 *
 * LevelDB hands each write to the operating system before it is acknowledged, so that every acknowledged write survives
 * a `kill -9`. It does not wait for the disk: a power cut may lose the last ones, never the database.
 */

/** Starts DynamoDB on the tables kept in a folder. Throws where another process has the folder open. */
export async function startDynamodb({ dir }: { readonly dir: string }): Promise<EmbeddedService> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const { server, store } = createDynalite({ path: dir, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  closeIteratorsOf(store.db);
  writeItemsWithTheirIndexes(store);
  try {
    await store.db.open();
  } catch (error) {
    throw new Error(`the tables in ${dir} cannot be opened; is another process using them?`, { cause: error });
  }
  await finishCreatingTables(store.db);

  const underWay = guard(server);
  const service = await listen(server);
  return {
    url: service.url,
    async close() {
      server.removeAllListeners('request');
      while (underWay.size > 0) await Promise.all(underWay);
      await service.close();
    },
  };
}

/** dynalite keeps its store to itself; it is caught as it is made. */
function createDynalite(options: StoreOptions): { readonly server: Server; readonly store: Store } {
  const { create } = db;
  let store: Store | undefined;
  db.create = (given) => {
    store = create(given);
    return store;
  };
  try {
    const server = dynalite(options);
    if (!store) throw new Error('dynalite no longer makes its store by db.create');
    return { server, store };
  } finally {
    db.create = create;
  }
}

/** dynalite ends its iterators by `return`, which those of abstract-level lack: theirs is `close`. */
function closeIteratorsOf(level: LevelDatabase): void {
  const { keys, values } = level;
  const closing = <T>(iterator: LevelIterator<T>): LevelIterator<T> =>
    Object.assign(iterator, { return: () => iterator.close() });
  level.keys = (options) => closing(keys.call(level, options));
  level.values = (options) => closing(values.call(level, options));
}

async function finishCreatingTables(level: LevelDatabase): Promise<void> {
  for await (const [key, table] of level.iterator({ gte: 'table~', lt: 'table~\uffff' })) {
    const { TableStatus } = table as { readonly TableStatus: string };
    if (TableStatus === 'CREATING') await level.put(key, { ...(table as object), TableStatus: 'ACTIVE' });
  }
}

/** Puts a guard before dynalite's own listener. Answers the requests under way: fully received, not yet answered. */
function guard(server: Server): ReadonlySet<Promise<void>> {
  const underWay = new Set<Promise<void>>();
  const [answer] = server.listeners('request') as RequestListener[];
  if (!answer) throw new Error('dynalite no longer listens to requests');
  server.removeAllListeners('request');

  server.on('request', (request: IncomingMessage, response: Parameters<RequestListener>[1]) => {
    const { method, url, headers } = request;
    // dynalite throws the `error` events of its request; this one has none.
    const standIn = Object.assign(new EventEmitter(), { method, url, headers });
    answer(standIn as unknown as IncomingMessage, response);

    request.on('error', () => undefined); // The client left while it sent: nothing was begun.
    request.on('data', (chunk: Buffer) => standIn.emit('data', chunk));
    request.on('end', () => {
      if (response.writableEnded) return; // The body was too large.
      const answered = whenEnded(response);
      underWay.add(answered);
      answered.then(() => underWay.delete(answered));
      try {
        standIn.emit('end');
      } catch (error) {
        console.error(error);
        response.writeHead(500).end();
      }
    });
  });
  return underWay;
}

/** Resolves when the answer is made, whether or not the client is still there to take it. */
function whenEnded(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = response.end.bind(response) as (...given: unknown[]) => ServerResponse;
    response.end = (...given: unknown[]) => {
      resolve();
      return end(...given);
    };
  });
}
