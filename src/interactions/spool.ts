import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is held in memory before it goes to disk. */
const maxMemoryBytes = 32 * 1024 * 1024;

/**
 * Records parted by a number, such as the bucket of their customer, so that each part can be worked on alone: what all parts
 * have together need not fit into memory. Small files never touch the disk.
 */
export class Spool {
  #parts = new Map<number, { bytes: Buffer; length: number }>();
  #memoryBytes = 0;
  #filled = new Set<number>();
  #folder: string | undefined;

  append(part: number, record: Uint8Array): void {
    const known = this.#parts.get(part) ?? { bytes: Buffer.alloc(0), length: 0 };
    const length = known.length + record.length;
    if (length > known.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(256, 2 * length));
      known.bytes.copy(larger, 0, 0, known.length);
      known.bytes = larger;
    }
    known.bytes.set(record, known.length);
    known.length = length;
    this.#parts.set(part, known);
    this.#filled.add(part);
    this.#memoryBytes += record.length;
  }

  /** To be waited for now and then while records are appended. */
  async relieve(): Promise<void> {
    if (this.#memoryBytes < maxMemoryBytes) return;
    this.#folder ??= await mkdtemp(join(tmpdir(), 'datadock-spool-'));
    for (const part of this.#parts.keys()) {
      await appendFile(this.#fileOf(this.#folder, part), this.#inMemory(part), { mode: 0o600 });
    }
    this.#parts.clear();
    this.#memoryBytes = 0;
  }

  /** The parts that have records. */
  get filled(): readonly number[] {
    return [...this.#filled].sort((a, b) => a - b);
  }

  /** The records of a part, one after another in the order in which they came. */
  async read(part: number): Promise<Buffer> {
    const inMemory = this.#inMemory(part);
    if (!this.#folder) return inMemory;
    const onDisk = await readFile(this.#fileOf(this.#folder, part)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    return Buffer.concat([onDisk, inMemory]);
  }

  async close(): Promise<void> {
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  #inMemory(part: number): Buffer {
    const { bytes, length } = this.#parts.get(part) ?? { bytes: Buffer.alloc(0), length: 0 };
    return bytes.subarray(0, length);
  }

  #fileOf(folder: string, part: number): string {
    return join(folder, String(part));
  }
}
