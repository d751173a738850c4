import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeDurably, syncFolder, writeDurably } from '../durable-file';
import { KeyedLock } from '../keyed-lock';
import type { CorsRule } from './cors-rules';
import { KeyIndex } from './key-index';
import { type Cause, type Destination, Notifications } from './notifications';
import type { Content, StoredObject } from './stored-object';
import { Uploads } from './uploads';

// An object is its content, in one file under a random name or, from a multipart upload, in one for each part, and its
// record, under a hash of its key. Content is written once and never changed or moved. The object exists when its record
// does, so that putting the record in place, which is one rename, is the moment at which a write happens. Content that
// neither a record nor an upload under way names is what a write left behind that was cut short; it is removed when the
// bucket is opened.
//
// Content that is being read when its object is replaced stays until the reading ends.
//
// All records are in memory, about 1 KB each: what a listing or HeadObject answers costs no reading.

/** An object whose content stays until it is closed. */
export interface OpenObject {
  readonly object: StoredObject;
  /** The bytes from the first to the last, both counted from 0. */
  read(first: number, last: number): AsyncGenerator<Buffer>;
  /** The same, piece by piece in one buffer, which is used again when `take` has resolved: nothing is left to collect. */
  readInto(buffer: Buffer, first: number, last: number, take: (piece: Buffer) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** What a GET reads ahead of the client. */
const readAheadBytes = 256 * 1024;

export class Bucket {
  readonly name: string;
  /** ISO 8601, UTC, whole seconds. */
  readonly createdAt: string;
  /** The keys of the objects there are. */
  readonly keys: KeyIndex;
  readonly #dir: string;
  readonly #objects: Map<string, StoredObject>;
  readonly uploads: Uploads;
  readonly notifications: Notifications;
  #cors: readonly CorsRule[];
  readonly #commits = new KeyedLock();
  /** Names of contents that are being read, and by how many. */
  readonly #readers = new Map<string, number>();
  /** Contents that go when their last reader has gone. */
  readonly #doomed = new Set<string>();

  private constructor(
    dir: string,
    { name, createdAt }: { readonly name: string; readonly createdAt: string },
    objects: Map<string, StoredObject>,
    uploads: Uploads,
    notifications: Notifications,
    cors: readonly CorsRule[],
  ) {
    this.#cors = cors;
    this.name = name;
    this.createdAt = createdAt;
    this.uploads = uploads;
    this.notifications = notifications;
    this.keys = new KeyIndex(objects.keys());
    this.#dir = dir;
    this.#objects = objects;
  }

  /** Reads the records in a bucket's folder, and removes what unfinished writes left behind. */
  static async open(
    dir: string,
    { name, createdAt }: { readonly name: string; readonly createdAt: string },
    destination: Destination,
  ): Promise<Bucket> {
    const [records, contents] = [join(dir, 'records'), join(dir, 'contents')];
    await mkdir(records, { recursive: true, mode: 0o700 });
    await mkdir(contents, { recursive: true, mode: 0o700 });
    const objects = readRecords(records);
    const ofObjects = new Set(
      [...objects.values()].flatMap((object) => object.contents.map((content) => content.name)),
    );
    const uploads = await Uploads.open(join(dir, 'uploads'), ofObjects);
    const ofUploads = uploads.contentNames();
    for (const content of await readdir(contents)) {
      if (!ofObjects.has(content) && !ofUploads.has(content)) await rm(join(contents, content));
    }
    const notifications = await Notifications.open(dir, name, destination, (key) => objects.get(key));
    return new Bucket(dir, { name, createdAt }, objects, uploads, notifications, await readCors(dir));
  }

  /** Which pages may do what. */
  get cors(): readonly CorsRule[] {
    return this.#cors;
  }

  async setCors(rules: readonly CorsRule[]): Promise<void> {
    await writeDurably(join(this.#dir, corsFile), JSON.stringify(rules));
    this.#cors = rules;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  /** Opens what a key holds now. The caller closes it. */
  open(key: string): OpenObject | undefined {
    const object = this.#objects.get(key);
    if (!object) return undefined;
    for (const { name } of object.contents) this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    return {
      object,
      read: (first, last) => this.#read(object.contents, first, last),
      readInto: (buffer, first, last, take) => this.#readInto(buffer, object.contents, first, last, take),
      close: async () => {
        for (const { name } of object.contents) await this.#leave(name);
      },
    };
  }

  async *#read(contents: readonly Content[], first: number, last: number): AsyncGenerator<Buffer> {
    for (const { name, from, to } of partsOf(contents, first, last)) {
      const bytes = createReadStream(this.#contentPath(name), { start: from, end: to, highWaterMark: readAheadBytes });
      yield* bytes;
      if (bytes.bytesRead !== to - from + 1) throw tooShort(name);
    }
  }

  async #readInto(
    buffer: Buffer,
    contents: readonly Content[],
    first: number,
    last: number,
    take: (piece: Buffer) => Promise<void>,
  ): Promise<void> {
    for (const { name, from, to } of partsOf(contents, first, last)) {
      const file = await open(this.#contentPath(name));
      try {
        for (let at = from; at <= to; ) {
          const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, to - at + 1), at);
          if (bytesRead === 0) throw tooShort(name);
          await take(buffer.subarray(0, bytesRead));
          at += bytesRead;
        }
      } finally {
        await file.close();
      }
    }
  }

  async #leave(name: string): Promise<void> {
    const left = (this.#readers.get(name) ?? 0) - 1;
    if (left > 0) {
      this.#readers.set(name, left);
      return;
    }
    this.#readers.delete(name);
    if (this.#doomed.delete(name)) await rm(this.#contentPath(name), { force: true });
  }

  /**
   * Writes content and flushes it to the disk; it must be committed or discarded.
   * Leaves nothing behind where the bytes fail to come or the disk to take them.
   */
  async receive(chunks: AsyncIterable<Uint8Array>): Promise<Content> {
    const name = randomUUID();
    let size = 0;
    const file = await open(this.#contentPath(name), 'wx', 0o600);
    try {
      try {
        for await (const chunk of chunks) {
          await file.writeFile(chunk);
          size += chunk.length;
        }
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(join(this.#dir, 'contents'));
    } catch (error) {
      await this.discard([{ name, size }]);
      throw error;
    }
    return { name, size };
  }

  /** Removes contents that belong to nothing, once nobody reads them. */
  async discard(contents: readonly Content[]): Promise<void> {
    for (const { name } of contents) {
      if (this.#readers.has(name)) this.#doomed.add(name);
      else await rm(this.#contentPath(name), { force: true });
    }
  }

  /**
   * Makes an object be what its key holds, once `check` has let pass what the key holds at that moment: of several
   * commits to a key each sees the one before. Those who are to be told of `cause` have been told when it resolves.
   * Where it fails, the contents are still the caller's.
   */
  async commit(object: StoredObject, cause: Cause, check: (current: StoredObject | undefined) => void): Promise<void> {
    await this.#commits.run(object.key, async () => {
      const current = this.#objects.get(object.key);
      check(current);
      const letters = await this.notifications.prepare(object, cause);
      try {
        await writeDurably(this.#recordPath(object.key), JSON.stringify(object));
      } catch (error) {
        if (!(await this.#isOnDisk(object))) await this.notifications.drop(letters);
        throw error;
      }
      this.#objects.set(object.key, object);
      if (current) await this.discard(current.contents);
      else this.keys.add(object.key);
      await this.notifications.send(letters);
    });
  }

  /** The same for contents that are of no use where it fails: they are discarded then. */
  async commitOrDiscard(
    object: StoredObject,
    cause: Cause,
    check: (current: StoredObject | undefined) => void,
  ): Promise<void> {
    try {
      await this.commit(object, cause, check);
    } catch (error) {
      if (!(await this.#isOnDisk(object))) await this.discard(object.contents);
      throw error;
    }
  }

  /** Does nothing where the key holds nothing. */
  async delete(key: string): Promise<void> {
    await this.#commits.run(key, async () => {
      const current = this.#objects.get(key);
      if (!current) return;
      await removeDurably(this.#recordPath(key));
      this.#objects.delete(key);
      this.keys.remove(key);
      await this.discard(current.contents);
    });
  }

  /** Whether the record is in place after all: a disk may fail to flush the rename that it has made. */
  async #isOnDisk({ key, contents }: StoredObject): Promise<boolean> {
    const record = await readFile(this.#recordPath(key), 'utf8').catch(() => undefined);
    if (record === undefined) return false;
    const onDisk = JSON.parse(record) as StoredObject;
    return onDisk.contents[0]?.name === contents[0]?.name;
  }

  #recordPath(key: string): string {
    return join(this.#dir, 'records', `${createHash('sha256').update(key).digest('hex')}.json`);
  }

  #contentPath(content: string): string {
    return join(this.#dir, 'contents', content);
  }
}

const corsFile = 'cors.json';

async function readCors(dir: string): Promise<readonly CorsRule[]> {
  const path = join(dir, corsFile);
  return existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : [];
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
      if (!Array.isArray(object.contents)) throw new Error('it does not say where the bytes are');
      objects.set(object.key, object);
    } catch (error) {
      throw new Error(`the object's record ${path} cannot be read; move it away to start without it`, { cause: error });
    }
  }
  return objects;
}

/** Which bytes of which contents a range of the object is. */
function* partsOf(contents: readonly Content[], first: number, last: number) {
  let start = 0;
  for (const { name, size } of contents) {
    const [from, to] = [Math.max(first - start, 0), Math.min(last - start, size - 1)];
    start += size;
    if (from <= to) yield { name, from, to };
  }
}

const tooShort = (name: string) => new Error(`the content ${name} is shorter than its record says`);
