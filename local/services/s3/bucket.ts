import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { renameDurably, writeDurably } from '../durable-file';
import { noSuchKey } from './errors';
import type { StoredObject } from './object';

// A bucket is a folder: `content` holds the bytes of objects under random names, `objects` their metadata under the hash of
// the key, each naming its content. Writing the metadata is the one moment at which an object comes to be, is replaced or
// goes: before it the bytes are nobody's, after it the earlier bytes are. What is nobody's is swept away at the next start.

/** The state of an object's key when a write is about to be made; a write may refuse to go on. */
export type Condition = (current: StoredObject | undefined) => void;

export class Bucket {
  #folder: string;
  #objects = new Map<string, StoredObject>();
  /** In the order of the keys' UTF-8 bytes; made when it is asked for and dropped when a key comes or goes. */
  #sortedKeys: readonly string[] | undefined;
  /** The last write under way, by key. */
  #writes = new Map<string, Promise<unknown>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Bucket> {
    const bucket = new Bucket(folder);
    await mkdir(join(folder, 'content'), { recursive: true, mode: 0o700 });
    await mkdir(join(folder, 'objects'), { recursive: true, mode: 0o700 });
    await bucket.#load();
    return bucket;
  }

  async #load(): Promise<void> {
    const folder = join(this.#folder, 'objects');
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.json')) await rm(join(folder, name));
      else {
        const object = JSON.parse(await readFile(join(folder, name), 'utf8')) as StoredObject;
        this.#objects.set(object.key, object);
      }
    }
    const owned = new Set(Array.from(this.#objects.values(), ({ content }) => content));
    for (const name of await readdir(join(this.#folder, 'content'))) {
      if (!owned.has(name)) await rm(join(this.#folder, 'content', name));
    }
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  keys(): readonly string[] {
    this.#sortedKeys ??= [...this.#objects.keys()]
      .map((key) => ({ key, bytes: Buffer.from(key) }))
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
      .map(({ key }) => key);
    return this.#sortedKeys;
  }

  /** The object and its bytes, which stay readable when the object is replaced. Throws S3Error NoSuchKey. */
  async read(key: string): Promise<{ readonly object: StoredObject; readonly file: FileHandle }> {
    for (;;) {
      const object = this.#objects.get(key);
      if (!object) throw noSuchKey();
      try {
        return { object, file: await open(join(this.#folder, 'content', object.content)) };
      } catch (error) {
        const isReplaced = (error as NodeJS.ErrnoException).code === 'ENOENT' && this.#objects.get(key) !== object;
        if (!isReplaced) throw error;
      }
    }
  }

  /** Writes bytes that no object owns yet, flushed to the disk; answers their name. */
  async writeContent(chunks: AsyncIterable<Buffer>): Promise<string> {
    const name = randomUUID();
    const path = join(this.#folder, 'content', name);
    try {
      const file = await open(`${path}.tmp`, 'wx', 0o600);
      try {
        for await (const chunk of chunks) await file.appendFile(chunk);
        await file.sync();
      } finally {
        await file.close();
      }
      await renameDurably(`${path}.tmp`, path);
      return name;
    } catch (error) {
      await rm(`${path}.tmp`, { force: true });
      throw error;
    }
  }

  /** Drops bytes that no object came to own. */
  async discardContent(name: string): Promise<void> {
    await rm(join(this.#folder, 'content', name), { force: true });
  }

  /** Makes or replaces an object, if the condition lets it. */
  async put(object: StoredObject, condition: Condition): Promise<void> {
    await this.#exclusively(object.key, async () => {
      const replaced = this.#objects.get(object.key);
      condition(replaced);
      await writeDurably(this.#metadataPath(object.key), JSON.stringify(object));
      this.#objects.set(object.key, object);
      if (replaced) await this.discardContent(replaced.content);
      else this.#sortedKeys = undefined;
    });
  }

  async delete(key: string): Promise<void> {
    await this.#exclusively(key, async () => {
      const object = this.#objects.get(key);
      if (!object) return;
      await rm(this.#metadataPath(key));
      this.#objects.delete(key);
      this.#sortedKeys = undefined;
      await this.discardContent(object.content);
    });
  }

  #metadataPath(key: string): string {
    return join(this.#folder, 'objects', `${createHash('sha256').update(key).digest('hex')}.json`);
  }

  /** One write of a key after the other. */
  async #exclusively(key: string, write: () => Promise<void>): Promise<void> {
    const earlier = this.#writes.get(key) ?? Promise.resolve();
    const own = earlier.then(write, write);
    this.#writes.set(key, own);
    try {
      await own;
    } finally {
      if (this.#writes.get(key) === own) this.#writes.delete(key);
    }
  }
}
