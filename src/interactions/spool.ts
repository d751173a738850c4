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
  #parts: { bytes: Buffer; length: number }[];
  #memoryBytes = 0;
  #filled = new Set<number>();
  #folder: string | undefined;

  constructor(parts: number) {
    this.#parts = Array.from({ length: parts }, () => ({ bytes: Buffer.alloc(0), length: 0 }));
  }

  append(part: number, record: Uint8Array): void {
    const target = this.#parts[part] as { bytes: Buffer; length: number };
    const length = target.length + record.length;
    if (length > target.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(256, 2 * length));
      target.bytes.copy(larger, 0, 0, target.length);
      target.bytes = larger;
    }
    target.bytes.set(record, target.length);
    target.length = length;
    this.#filled.add(part);
    this.#memoryBytes += record.length;
  }

  /** To be waited for now and then while records are appended. */
  async relieve(): Promise<void> {
    if (this.#memoryBytes < maxMemoryBytes) return;
    this.#folder ??= await mkdtemp(join(tmpdir(), 'datadock-spool-'));
    for (const [part, { bytes, length }] of this.#parts.entries()) {
      if (length > 0) await appendFile(this.#fileOf(this.#folder, part), bytes.subarray(0, length), { mode: 0o600 });
    }
    this.#parts = this.#parts.map(() => ({ bytes: Buffer.alloc(0), length: 0 }));
    this.#memoryBytes = 0;
  }

  /** The parts that have records. */
  get filled(): readonly number[] {
    return [...this.#filled].sort((a, b) => a - b);
  }

  /** The records of a part, one after another in the order in which they came. */
  async read(part: number): Promise<Buffer> {
    const { bytes, length } = this.#parts[part] as { bytes: Buffer; length: number };
    const inMemory = bytes.subarray(0, length);
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

  #fileOf(folder: string, part: number): string {
    return join(folder, String(part));
  }
}
