import { appendFileSync } from 'node:fs';

/** One line of the table of `npm run proof`: what was tried, what was asked of it, and what was measured. */
export interface Figure {
  /** The subject, as a row's first word: `faults`. */
  readonly proof: string;
  /** What was tried: `every SDK call of every handler`. */
  readonly what: string;
  /** What is promised: `only documented answers`. */
  readonly asked: string;
  /** What came of it, with its numbers: `1 234 combinations, 0 undocumented`. */
  readonly measured: string;
  /** False where the promise is not kept; a test that fails says so by itself. */
  readonly isMet?: boolean;
}

/**
 * Notes a figure for the table of `npm run proof`, which names the file in PROOF_FIGURES. Elsewhere it does nothing: the
 * assertions before it are the test.
 */
export function figure(line: Figure): void {
  const file = process.env['PROOF_FIGURES'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
}
