import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Bucket } from './bucket';
import { noSuchBucket, S3Error } from './errors';

/** The buckets of a folder, each a folder in it. */
export class Buckets {
  #folder: string;
  #buckets = new Map<string, Bucket>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Buckets> {
    const buckets = new Buckets(folder);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) await buckets.create(name);
    return buckets;
  }

  names(): readonly string[] {
    return [...this.#buckets.keys()].sort();
  }

  /** Throws S3Error NoSuchBucket. */
  get(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (!bucket) throw noSuchBucket();
    return bucket;
  }

  /** In us-east-1 it is no error that one's own bucket exists. Throws S3Error InvalidBucketName. */
  async create(name: string): Promise<void> {
    if (!isBucketName(name)) throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.');
    if (this.#buckets.has(name)) return;
    const bucket = await Bucket.open(join(this.#folder, name));
    if (!this.#buckets.has(name)) this.#buckets.set(name, bucket);
  }
}

/** Source: S3, "General purpose bucket naming rules". What passes is safe as the name of a folder. */
const isBucketName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
  !name.includes('..') &&
  !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
  !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
  !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);
