import type { StepBudget } from './step-budget';
import type { Present, Value } from './value';

/** What a function knows besides its arguments. */
export interface CallContext {
  /** The word that stands among the arguments: a part of a date, or the side that TRIM works on. */
  readonly word: string | undefined;
  readonly budget: StepBudget;
  /** When the query began. */
  readonly now: Date;
}

/**
 * Makes a function ready for one call in a query's text. It is given its arguments only if none is NULL or MISSING, and as
 * many as the parser lets pass. Throws ValueError, the function also.
 */
export type ScalarFunction = (context: CallContext) => (...values: Present[]) => Value;
