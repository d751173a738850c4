import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeDurably, syncFolder, writeDurably } from '../durable-file';
import type { Checksum } from './checksums';
import { KeyIndex } from './key-index';
import { KeyedLock } from './keyed-lock';

// An object is two files: its content, under a random name, and its record, under a hash of its key. Content is written
// once and never changed. The object exists when its record does, so that putting the record in place, which is one
// rename, is the moment at which a write happens. Content that no record names is what a write left behind that was
// cut short; it is removed when the bucket is opened.
//
// Whoever reads while an object is replaced holds the old content open and keeps it, though its name is gone.
//
// All records are in memory, about 1 KB each: what a listing or HeadObject answers costs no reading.

/** What is known of an object, besides its bytes. */
export interface StoredObject {
  readonly key: string;
  /** The name of the content's file. */
  readonly content: string;
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  /** ISO 8601, UTC, whole seconds. */
  readonly lastModified: string;
  /** Content-Type and the like, as they are answered; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-meta-` headers, by their names in lower case without that prefix. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
}

/** An object, and its content, open. */
export interface OpenObject {
  readonly object: StoredObject;
  readonly file: FileHandle;
}

export class Bucket {
  readonly name: string;
  /** ISO 8601, UTC, whole seconds. */
  readonly createdAt: string;
  /** The keys of the objects there are. */
  readonly keys: KeyIndex;
  readonly #dir: string;
  readonly #objects: Map<string, StoredObject>;
  readonly #commits = new KeyedLock();

  private constructor(dir: string, name: string, createdAt: string, objects: Map<string, StoredObject>) {
    this.name = name;
    this.createdAt = createdAt;
    this.keys = new KeyIndex(objects.keys());
    this.#dir = dir;
    this.#objects = objects;
  }

  /** Reads the records in a bucket's folder, and removes what unfinished writes left behind. */
  static async open(
    dir: string,
    { name, createdAt }: { readonly name: string; readonly createdAt: string },
  ): Promise<Bucket> {
    const [records, contents] = [join(dir, 'records'), join(dir, 'contents')];
    await mkdir(records, { recursive: true, mode: 0o700 });
    await mkdir(contents, { recursive: true, mode: 0o700 });
    const objects = readRecords(records);
    const named = new Set([...objects.values()].map(({ content }) => content));
    for (const content of await readdir(contents)) {
      if (!named.has(content)) await rm(join(contents, content));
    }
    return new Bucket(dir, name, createdAt, objects);
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  /** Opens what a key holds now. The caller closes the file. */
  async open(key: string): Promise<OpenObject | undefined> {
    for (;;) {
      const object = this.#objects.get(key);
      if (!object) return undefined;
      try {
        return { object, file: await open(this.#contentPath(object.content), 'r') };
      } catch (error) {
        // Replaced or deleted between the two lines above: look again.
        if (this.#objects.get(key) === object) throw error;
      }
    }
  }

  /**
   * Writes content and flushes it to the disk. Answers its name, for `commit` or `discard`.
   * Leaves nothing behind where the bytes fail to come or the disk to take them.
   */
  async receive(chunks: AsyncIterable<Uint8Array>): Promise<string> {
    const content = randomUUID();
    const file = await open(this.#contentPath(content), 'wx', 0o600);
    try {
      try {
        for await (const chunk of chunks) await file.writeFile(chunk);
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(join(this.#dir, 'contents'));
    } catch (error) {
      await this.discard(content);
      throw error;
    }
    return content;
  }

  /** Removes content that was not committed. */
  async discard(content: string): Promise<void> {
    await rm(this.#contentPath(content), { force: true });
  }

  /**
   * Makes an object be what its key holds, once `check` has let pass what the key holds at that moment: of several
   * commits to a key each sees the one before. Where it fails, the content is discarded.
   */
  async commit(object: StoredObject, check: (current: StoredObject | undefined) => void): Promise<void> {
    await this.#commits.run(object.key, async () => {
      const current = this.#objects.get(object.key);
      try {
        check(current);
        await writeDurably(this.#recordPath(object.key), JSON.stringify(object));
      } catch (error) {
        if (!(await this.#isOnDisk(object))) await this.discard(object.content);
        throw error;
      }
      this.#objects.set(object.key, object);
      if (current) await this.discard(current.content);
      else this.keys.add(object.key);
    });
  }

  /** Does nothing where the key holds nothing. */
  async delete(key: string): Promise<void> {
    await this.#commits.run(key, async () => {
      const current = this.#objects.get(key);
      if (!current) return;
      await removeDurably(this.#recordPath(key));
      this.#objects.delete(key);
      this.keys.remove(key);
      await this.discard(current.content);
    });
  }

  /** Whether the record is in place after all: a disk may fail to flush the rename that it has made. */
  async #isOnDisk({ key, content }: StoredObject): Promise<boolean> {
    const record = await readFile(this.#recordPath(key), 'utf8').catch(() => undefined);
    return record !== undefined && (JSON.parse(record) as StoredObject).content === content;
  }

  #recordPath(key: string): string {
    return join(this.#dir, 'records', `${createHash('sha256').update(key).digest('hex')}.json`);
  }

  #contentPath(content: string): string {
    return join(this.#dir, 'contents', content);
  }
}

/**
 * By key. Removes records that were still being written.
 * Reads synchronously: there is nothing else to do yet, and it is ten times faster with small files.
 */
function readRecords(dir: string): Map<string, StoredObject> {
  const objects = new Map<string, StoredObject>();
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    if (name.endsWith('.tmp')) {
      rmSync(path);
      continue;
    }
    try {
      const object = JSON.parse(readFileSync(path, 'utf8')) as StoredObject;
      objects.set(object.key, object);
    } catch (error) {
      throw new Error(`the object's record ${path} cannot be read; move it away to start without it`, { cause: error });
    }
  }
  return objects;
}
