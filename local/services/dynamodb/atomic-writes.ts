import db, { type LevelDatabase, type Store, type WriteOperation } from 'dynalite/db';

/*
 * dynalite writes the entries of a table's indexes first and the item after them: a process killed in between left an item
 * that the index lists and no get finds, or the other way round. Here the entries wait for their item, which is written next
 * under the lock of its key, and all of it is one LevelDB batch, which a crash leaves whole or not at all.
 */

/** By the key of the item in the database, the writes of index entries that wait for it. */
const waiting = new WeakMap<LevelDatabase, Map<string, readonly WriteOperation[]>>();

export function writeItemsWithTheirIndexes({ db: level }: Store): void {
  const held = new Map<string, readonly WriteOperation[]>();
  waiting.set(level, held);
  const take = (key: string): readonly WriteOperation[] => {
    const entries = held.get(key) ?? [];
    held.delete(key);
    return entries;
  };
  const { put, del } = level;
  level.put = (key, value, callback) => {
    const entries = take(key);
    if (entries.length === 0) return put.call(level, key, value, callback);
    return level.batch([...entries, { type: 'put', key, value }], callback);
  };
  level.del = (key, callback) => {
    const entries = take(key);
    if (entries.length === 0) return del.call(level, key, callback);
    return level.batch([...entries, { type: 'del', key }], callback);
  };
}

db.updateIndexes = (store, table, existing, item, done) => {
  const written = item ?? existing;
  if (written) {
    const entries = (['Local', 'Global'] as const).flatMap((type) => {
      const { puts, deletes } = db.getIndexActions(table[`${type}SecondaryIndexes`] ?? [], existing, item, table);
      const keyOf = ({ index, key }: { readonly index: string; readonly key: string }) =>
        `index-${type.toLowerCase()}~${table.TableName}~${index}~${key}`;
      return [
        ...deletes.map((entry): WriteOperation => ({ type: 'del', key: keyOf(entry) })),
        ...puts.map((entry): WriteOperation => ({ type: 'put', key: keyOf(entry), value: entry.item })),
      ];
    });
    waiting.get(store.db)?.set(`item-${table.TableName}~${db.createKey(written, table)}`, entries);
  }
  done();
};
