import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeDurably } from '../durable-file';
import { KeyedLock } from '../keyed-lock';
import { Bucket } from './bucket';
import { S3Error } from './errors';
import type { Destination } from './notifications';

const bucketFile = 'bucket.json';

/** The buckets of one folder: each a folder of its name, which exists once its `bucket.json` does. */
export class Store {
  readonly #dir: string;
  readonly #buckets: Map<string, Bucket>;
  readonly #creations = new KeyedLock();
  readonly #destination: Destination;

  private constructor(dir: string, destination: Destination, buckets: Map<string, Bucket>) {
    this.#dir = dir;
    this.#destination = destination;
    this.#buckets = buckets;
  }

  /** Reads what is there, and removes what writes left behind that were cut short. */
  static async open(dir: string, destination: Destination): Promise<Store> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const buckets = new Map<string, Bucket>();
    for (const { name } of (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
      const createdAt = await readCreationDate(join(dir, name));
      // A folder without it is a creation that was cut short, or not ours: creating the bucket again goes on from there.
      if (createdAt === undefined) continue;
      buckets.set(name, await Bucket.open(join(dir, name), { name, createdAt }, destination));
    }
    return new Store(dir, destination, buckets);
  }

  findBucket(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  /** Throws S3Error NoSuchBucket. */
  existingBucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (!bucket) throw new S3Error('NoSuchBucket', { detail: { BucketName: name } });
    return bucket;
  }

  /** By name. */
  buckets(): readonly Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Answers whether the bucket is new. The name must be valid. */
  createBucket(name: string, createdAt: string): Promise<boolean> {
    return this.#creations.run(name, async () => {
      if (this.#buckets.has(name)) return false;
      const dir = join(this.#dir, name);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const bucket = await Bucket.open(dir, { name, createdAt }, this.#destination);
      await writeDurably(join(dir, bucketFile), JSON.stringify({ createdAt }));
      await syncFolder(this.#dir);
      this.#buckets.set(name, bucket);
      return true;
    });
  }

  close(): void {
    for (const { notifications } of this.#buckets.values()) notifications.close();
  }
}

async function readCreationDate(dir: string): Promise<string | undefined> {
  try {
    const { createdAt } = JSON.parse(await readFile(join(dir, bucketFile), 'utf8')) as { readonly createdAt: string };
    return createdAt;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`the bucket in ${dir} cannot be read; move the folder away to start without it`, { cause: error });
  }
}
