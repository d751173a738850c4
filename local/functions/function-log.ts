import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';

const maxFileBytes = 10 * 1024 * 1024;

/** What may wait for the disk. Beyond it lines are lost, as logs are where nobody can keep up. */
const maxWaitingBytes = 4 * 1024 * 1024;

/**
 * The functions' log, which AWS would keep in CloudWatch: one file, each line with its function's name in front. At 10 MB
 * the file becomes `NAME.1`, which replaces the one before it.
 */
export class FunctionLog {
  readonly path: string;
  #file: WriteStream;
  #bytes: number;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#file = this.#open();
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Writes what a function printed, line by line. */
  print(functionName: string, text: string): void {
    for (const line of text.replace(/\n$/, '').split('\n')) this.write(functionName, line);
  }

  write(functionName: string, text: string): void {
    if (this.#file.writableLength > maxWaitingBytes) return;
    if (this.#bytes > maxFileBytes) this.#rotate();
    const line = `${functionName} ${text.replaceAll('\n', ' ')}\n`;
    this.#bytes += Buffer.byteLength(line);
    this.#file.write(line);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#file.end(resolve));
  }

  #rotate(): void {
    this.#file.end();
    renameSync(this.path, `${this.path}.1`);
    this.#file = this.#open();
    this.#bytes = 0;
  }

  #open(): WriteStream {
    // A full disk must not end the server: the log goes on being lost until there is room.
    return createWriteStream(this.path, { flags: 'a', mode: 0o600 }).on('error', () => {});
  }
}
