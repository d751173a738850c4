import { type FileHandle, open, readFile } from 'node:fs/promises';
import { writeDurably } from '../durable-file';

// A file of changes, one JSON object a line, each appended and flushed before it takes effect. It is read once, when the
// service starts; a last line that is not whole was never acknowledged, and is dropped. The file is rewritten as the
// changes that lead to the present state when it has grown far beyond them.

/** Below this many bytes it is never rewritten. */
const minRewriteBytes = 1024 * 1024;
/** It may grow to this many times what it was after the last rewriting. */
const maxGrowth = 4;

export class Journal<Change> {
  readonly #path: string;
  readonly #present: () => Iterable<Change>;
  #file: FileHandle;
  #bytes: number;
  #rewriteAtBytes: number;

  private constructor(path: string, present: () => Iterable<Change>, file: FileHandle, bytes: number) {
    this.#path = path;
    this.#present = present;
    this.#file = file;
    this.#bytes = bytes;
    this.#rewriteAtBytes = Math.max(minRewriteBytes, maxGrowth * bytes);
  }

  /** Gives every change in the file to `apply`; `present` tells the changes that lead to the state at any time. */
  static async open<Change>(
    path: string,
    apply: (change: Change) => void,
    present: () => Iterable<Change>,
  ): Promise<Journal<Change>> {
    try {
      for (const line of await wholeLines(path)) apply(JSON.parse(line) as Change);
    } catch (error) {
      throw new Error(`the journal ${path} cannot be read; move it away to start without it`, { cause: error });
    }
    const bytes = await rewrite(path, present());
    return new Journal(path, present, await open(path, 'r+'), bytes);
  }

  /** Resolves when the changes would survive a crash. One call at a time. Where it fails none of them has happened. */
  async append(changes: readonly Change[]): Promise<void> {
    const lines = Buffer.from(textOf(changes));
    try {
      const { bytesWritten } = await this.#file.write(lines, 0, lines.length, this.#bytes);
      if (bytesWritten < lines.length) throw new Error(`only ${bytesWritten} of ${lines.length} bytes were written`);
      await this.#file.datasync();
    } catch (error) {
      // What was written of it must not be read as a change later on.
      await this.#file.truncate(this.#bytes);
      throw error;
    }
    this.#bytes += lines.length;
  }

  /** To be called between two appends. */
  async rewriteIfLong(): Promise<void> {
    if (this.#bytes < this.#rewriteAtBytes) return;
    this.#bytes = await rewrite(this.#path, this.#present());
    this.#rewriteAtBytes = Math.max(minRewriteBytes, maxGrowth * this.#bytes);
    await this.#file.close();
    this.#file = await open(this.#path, 'r+');
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

const textOf = (changes: Iterable<unknown>): string =>
  Array.from(changes, (change) => `${JSON.stringify(change)}\n`).join('');

async function wholeLines(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function rewrite(path: string, changes: Iterable<unknown>): Promise<number> {
  const text = textOf(changes);
  await writeDurably(path, text);
  return Buffer.byteLength(text);
}
