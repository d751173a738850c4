import type { RecordCursor } from './record';
import { toCondition, type Value } from './value';

// Logic of three values, from left to right, as far as it takes to know the outcome.

/** What an expression comes to for the record that the cursor is at. Throws ValueError. */
export type Evaluate = (record: RecordCursor) => Value;

export const not = (condition: boolean | null): boolean | null => (condition === null ? null : !condition);

/** FALSE decides; else NULL if the other side or this one is NULL. The right side is asked only if it matters. */
export const and = (left: boolean | null, right: () => boolean | null): boolean | null => {
  if (left === false) return false;
  const other = right();
  return other === false ? false : left === null ? null : other;
};

export const allOf =
  (terms: readonly Evaluate[]): Evaluate =>
  (record) => {
    let outcome: boolean | null = true;
    for (const term of terms) {
      const condition = toCondition(term(record));
      if (condition === false) return false;
      if (condition === null) outcome = null;
    }
    return outcome;
  };

export const anyOf =
  (terms: readonly Evaluate[]): Evaluate =>
  (record) => {
    let outcome: boolean | null = false;
    for (const term of terms) {
      const condition = toCondition(term(record));
      if (condition) return true;
      if (condition === null) outcome = null;
    }
    return outcome;
  };
