import { AppError, type FaultInLine } from '../errors';

/** How many bad lines an answer lists. */
export const maxListedLines = 100;

/** The bad lines of a file: all are counted, the first are kept. */
export class BadLines {
  #listed: FaultInLine[] = [];
  count = 0;

  add(line: number, detail: string): void {
    this.count++;
    if (this.#listed.length < maxListedLines) this.#listed.push({ line, detail });
  }

  /** Throws AppError ImportRejected where there is any. */
  refuse(): void {
    this.#listed.sort((a, b) => a.line - b.line);
    const [first] = this.#listed;
    if (!first) return;
    const lines = this.count === 1 ? '1 line' : `${this.count} lines`;
    const listed = this.count > maxListedLines ? `; the first ${maxListedLines} are listed` : '';
    throw new AppError(
      'ImportRejected',
      `Nothing was imported, since ${lines} cannot be read${listed}. Line ${first.line}: ${first.detail}`,
      { faults: this.#listed },
    );
  }
}
