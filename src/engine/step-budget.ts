import { stepsAtFirst, stepsPerByte } from './limits';
import { ValueError } from './sql-error';

/**
 * What the LIKEs of one query may spend on comparing characters. It grows with the bytes that are read, so a large file
 * may take long in all, but no pattern and text can hold the process for minutes between two reads.
 */
export class StepBudget {
  #left = stepsAtFirst;

  /** So many bytes have been read. */
  grant(bytes: number): void {
    this.#left += bytes * stepsPerByte;
  }

  /** Throws ValueError ExternalEvalException when nothing is left. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left >= 0) return;
    throw new ValueError(
      'ExternalEvalException',
      'LIKE takes too long here; use a shorter pattern, or fewer % and _ before repeated characters.',
    );
  }
}
