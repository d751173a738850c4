import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeDurably, syncFolder, writeDurably } from '../durable-file';
import { KeyedLock } from '../keyed-lock';
import type { ChecksumName, ChecksumType } from './checksums';
import { S3Error } from './errors';
import type { Content, StoredObject } from './stored-object';

// Multipart uploads under way: a folder each, with `upload.json` and a record for each part. The parts' bytes lie among the
// bucket's contents, where the object that they become finds them without a copy. An upload exists as long as its
// `upload.json` does.

/** A part that was received. */
export interface UploadedPart {
  readonly number: number;
  readonly content: Content;
  /** Hexadecimal. */
  readonly md5: string;
  /** Base64, of the upload's algorithm. */
  readonly checksum?: string;
  /** ISO 8601, UTC, whole seconds. */
  readonly lastModified: string;
}

/** What the upload was begun with. */
export interface UploadRecord extends Pick<StoredObject, 'key' | 'headers' | 'metadata'> {
  readonly id: string;
  /** ISO 8601, UTC, whole seconds. */
  readonly initiatedAt: string;
  readonly checksum?: { readonly name: ChecksumName; readonly type: ChecksumType };
}

export interface Upload extends UploadRecord {
  /** By number. */
  readonly parts: ReadonlyMap<number, UploadedPart>;
}

interface OpenUpload extends UploadRecord {
  readonly parts: Map<number, UploadedPart>;
}

const recordFile = 'upload.json';

export class Uploads {
  readonly #dir: string;
  readonly #uploads: Map<string, OpenUpload>;
  readonly #lock = new KeyedLock();

  private constructor(dir: string, uploads: Map<string, OpenUpload>) {
    this.#dir = dir;
    this.#uploads = uploads;
  }

  /** Reads what is under way. What an object is made of already was completed: only its folder was left. */
  static async open(dir: string, ofObjects: ReadonlySet<string>): Promise<Uploads> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const uploads = new Map<string, OpenUpload>();
    for (const id of await readdir(dir)) {
      const upload = await readUpload(join(dir, id));
      const isCompleted = [...(upload?.parts.values() ?? [])].some(({ content }) => ofObjects.has(content.name));
      if (upload && !isCompleted) uploads.set(id, upload);
      else await rm(join(dir, id), { recursive: true });
    }
    return new Uploads(dir, uploads);
  }

  contentNames(): ReadonlySet<string> {
    return new Set(this.all().flatMap(({ parts }) => [...parts.values()].map(({ content }) => content.name)));
  }

  all(): readonly Upload[] {
    return [...this.#uploads.values()];
  }

  /** Throws S3Error NoSuchUpload, also for an upload of another key. */
  existing(id: string, key: string): Upload {
    const upload = this.#uploads.get(id);
    if (upload?.key !== key) throw new S3Error('NoSuchUpload', { detail: { UploadId: id } });
    return upload;
  }

  async begin(upload: Omit<UploadRecord, 'id'>): Promise<string> {
    const id = randomBytes(32).toString('base64url');
    const record: UploadRecord = { id, ...upload };
    await mkdir(join(this.#dir, id), { mode: 0o700 });
    await writeDurably(join(this.#dir, id, recordFile), JSON.stringify(record));
    await syncFolder(this.#dir);
    this.#uploads.set(id, { ...record, parts: new Map() });
    return id;
  }

  /** Keeps a part, and answers the one of that number before. Throws S3Error NoSuchUpload where it ended meanwhile. */
  putPart({ id, key }: Upload, part: UploadedPart): Promise<UploadedPart | undefined> {
    return this.#lock.run(id, async () => {
      this.existing(id, key);
      const { parts } = this.#uploads.get(id) as OpenUpload;
      const before = parts.get(part.number);
      await writeDurably(join(this.#dir, id, `${part.number}.json`), JSON.stringify(part));
      parts.set(part.number, part);
      return before;
    });
  }

  /**
   * Ends an upload once `last` has done what is to be done with its parts; where that fails the upload goes on.
   * Throws S3Error NoSuchUpload.
   */
  end({ id, key }: Upload, last: (upload: Upload) => Promise<void>): Promise<void> {
    return this.#lock.run(id, async () => {
      await last(this.existing(id, key));
      this.#uploads.delete(id);
      // Its record first: without it, the rest is removed at the next start.
      await removeDurably(join(this.#dir, id, recordFile));
      await rm(join(this.#dir, id), { recursive: true });
      await syncFolder(this.#dir);
    });
  }
}

async function readUpload(dir: string): Promise<OpenUpload | undefined> {
  if (!existsSync(join(dir, recordFile))) return undefined;
  const read = async (name: string) => JSON.parse(await readFile(join(dir, name), 'utf8'));
  const record: UploadRecord = await read(recordFile);
  const parts = new Map<number, UploadedPart>();
  for (const name of await readdir(dir)) {
    if (!/^\d+\.json$/.test(name)) continue;
    const part: UploadedPart = await read(name);
    parts.set(part.number, part);
  }
  return { ...record, parts };
}
