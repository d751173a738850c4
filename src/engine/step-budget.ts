import type { Decimal } from './decimal';
import { stepsAtFirst, stepsPerByte } from './limits';
import { ValueError } from './sql-error';
import { isNumber, type Value } from './value';

/**
 * What one query may spend: a step is about the time that it takes to compare two characters. The budget
 * grows with the bytes that are read, so a large file may take long in all, but no pattern, text or expression can hold
 * the process for minutes between two reads.
 */
export class StepBudget {
  #left = stepsAtFirst;

  /** So many bytes have been read. */
  grant(bytes: number): void {
    this.#left += bytes * stepsPerByte;
  }

  /** Throws ValueError MaxStepsExceeded when nothing is left. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw tooMuch();
  }

  /** An operation on DECIMAL values takes as long as the numbers are when they are brought to one scale. */
  spendOnScales(left: Value, right: Value): void {
    if (typeof left !== 'object' && typeof right !== 'object') return;
    const [a, b] = [scaleOf(left), scaleOf(right)];
    if (a !== undefined || b !== undefined) this.spend(stepsPerDecimal + Math.abs((a ?? 0) - (b ?? 0)));
  }
}

const stepsPerDecimal = 32;

const scaleOf = (value: Value): number | undefined =>
  typeof value === 'object' && isNumber(value) ? (value as Decimal).scale : undefined;

const tooMuch = (): ValueError =>
  new ValueError(
    'MaxStepsExceeded',
    'The query does too much work for the bytes that it reads; use fewer or shorter conditions, and in LIKE fewer % and _ before repeated characters.',
  );
