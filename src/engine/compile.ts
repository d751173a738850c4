import { type Accumulator, accumulator } from './aggregates';
import type { Aggregate, Binary, Cast, Expression, In, Like } from './ast';
import type { FieldOf } from './columns';
import { likeTest } from './like';
import { NumberBytes } from './number-bytes';
import type { RecordCursor } from './record';
import { ValueError } from './sql-error';
import type { StepBudget } from './step-budget';
import {
  type Arithmetic,
  affirm,
  type Comparison,
  calculate,
  cast,
  castNumberBytes,
  compare,
  concatenate,
  isAbsent,
  negate,
  toCondition,
  typeOf,
  type Value,
} from './value';

/** What an expression comes to for the record that the cursor is at. Throws ValueError. */
export type Evaluate = (record: RecordCursor) => Value;

/** An aggregate of the select list: what is added for each record, and where to. */
export interface CompiledAggregate {
  readonly argument: Evaluate;
  readonly accumulator: Accumulator;
}

/** Turns expressions into closures, once for a query; aggregates are collected on the way. */
export class Compiler {
  readonly aggregates: CompiledAggregate[] = [];
  #fieldOf: FieldOf;
  #budget: StepBudget;

  constructor(fieldOf: FieldOf, budget: StepBudget) {
    this.#fieldOf = fieldOf;
    this.#budget = budget;
  }

  compile(node: Expression): Evaluate {
    switch (node.kind) {
      case 'literal': {
        const { value } = node;
        return () => value;
      }
      case 'column': {
        const field = this.#fieldOf(node);
        return (record) => record.text(field);
      }
      case 'unary': {
        const operand = this.compile(node.operand);
        if (node.operator === '-') return (record) => negate(operand(record));
        if (node.operator === '+') return (record) => affirm(operand(record));
        return (record) => not(toCondition(operand(record)));
      }
      case 'binary':
        return this.#binary(node);
      case 'logic':
        return node.operator === 'AND' ? allOf(this.#all(node.terms)) : anyOf(this.#all(node.terms));
      case 'is': {
        const operand = this.compile(node.operand);
        const { isNegated } = node;
        if (node.what === 'MISSING') return (record) => (operand(record) === undefined) !== isNegated;
        return (record) => isAbsent(operand(record)) !== isNegated;
      }
      case 'between': {
        const [operand, low, high] = [node.operand, node.low, node.high].map((part) => this.compile(part)) as [
          Evaluate,
          Evaluate,
          Evaluate,
        ];
        const isWithin = (record: RecordCursor) => {
          const value = operand(record);
          return and(compare('>=', value, low(record)), () => compare('<=', value, high(record)));
        };
        return node.isNegated ? (record) => not(isWithin(record)) : isWithin;
      }
      case 'in':
        return this.#in(node);
      case 'like':
        return this.#like(node);
      case 'cast':
        return this.#cast(node);
      case 'aggregate':
        return this.#aggregate(node);
    }
  }

  #all(nodes: readonly Expression[]): readonly Evaluate[] {
    return nodes.map((node) => this.compile(node));
  }

  #binary(node: Binary): Evaluate {
    const onBytes = this.#equalityOnBytes(node);
    if (onBytes) return onBytes;
    const left = this.compile(node.left);
    const right = this.compile(node.right);
    const { operator } = node;
    if (operator === '||') return (record) => concatenate(left(record), right(record));
    if (isArithmetic(operator)) return (record) => calculate(operator, left(record), right(record));
    return (record) => compare(operator, left(record), right(record));
  }

  /** A column compared with constant text needs no string: the constant is encoded once, and bytes are compared. */
  #equalityOnBytes({ operator, left, right }: Binary): Evaluate | undefined {
    if (operator !== '=' && operator !== '<>') return undefined;
    const [column, constant] = left.kind === 'column' ? [left, right] : [right, left];
    if (column.kind !== 'column' || constant.kind !== 'literal' || typeof constant.value !== 'string') return undefined;
    const field = this.#fieldOf(column);
    const bytes = Buffer.from(constant.value);
    if (operator === '=') return (record) => record.equals(field, bytes) ?? null;
    return (record) => not(record.equals(field, bytes) ?? null);
  }

  /** TRUE if an element equals, else NULL if one could not be compared, else FALSE. */
  #in({ operand, elements, isNegated }: In): Evaluate {
    const value = this.compile(operand);
    const candidates = this.#all(elements);
    const isAmong = (record: RecordCursor) => {
      const wanted = value(record);
      let outcome: boolean | null = false;
      for (const candidate of candidates) {
        const isEqual = compare('=', wanted, candidate(record));
        if (isEqual) return true;
        if (isEqual === null) outcome = null;
      }
      return outcome;
    };
    return isNegated ? (record) => not(isAmong(record)) : isAmong;
  }

  #like({ operand, pattern, escape, isNegated }: Like): Evaluate {
    const value = this.compile(operand);
    const test = this.#likeTest(pattern, escape);
    const isLike = (record: RecordCursor) => {
      const text = value(record);
      const matches = test(record);
      if (isAbsent(text) || !matches) return null;
      return matches(textFor(text), this.#budget);
    };
    return isNegated ? (record) => not(isLike(record)) : isLike;
  }

  /** A constant pattern is compiled once; another for each record. Undefined where pattern or escape is NULL. */
  #likeTest(pattern: Expression, escape: Expression | undefined) {
    const patternOf = this.compile(pattern);
    const escapeOf = escape && this.compile(escape);
    const testFor = (record: RecordCursor) => {
      const text = patternOf(record);
      const escapeText = escapeOf?.(record);
      if (isAbsent(text) || (escapeOf && isAbsent(escapeText))) return undefined;
      this.#budget.spend(textFor(text).length);
      return likeTest(textFor(text), escapeOf ? textFor(escapeText) : undefined);
    };
    if (pattern.kind !== 'literal' || (escape && escape.kind !== 'literal')) return testFor;
    const constant = testFor(undefined as never);
    return () => constant;
  }

  #cast({ operand, type }: Cast): Evaluate {
    const value = this.compile(operand);
    if (operand.kind !== 'column') return (record) => cast(value(record), type);
    const field = this.#fieldOf(operand);
    const number = new NumberBytes();
    return (record) => {
      const isNumber = field < record.width && record.find(field) && number.read(record.block, record.from, record.to);
      const quick = isNumber ? castNumberBytes(number, type) : undefined;
      return quick ?? cast(value(record), type);
    };
  }

  #aggregate({ name, argument }: Aggregate): Evaluate {
    const compiled: CompiledAggregate = {
      argument: argument ? this.compile(argument) : () => 1n,
      accumulator: accumulator(name),
    };
    this.aggregates.push(compiled);
    return () => compiled.accumulator.result();
  }
}

const isArithmetic = (operator: Arithmetic | Comparison): operator is Arithmetic => '+-*/%'.includes(operator);

const not = (condition: boolean | null): boolean | null => (condition === null ? null : !condition);

function textFor(value: Value): string {
  if (typeof value === 'string') return value;
  throw new ValueError('LikeInvalidInputs', `LIKE takes text, but this is ${typeOf(value)}.`);
}

/** FALSE decides; else NULL if the other side or this one is NULL. The right side is asked only if it matters. */
const and = (left: boolean | null, right: () => boolean | null): boolean | null => {
  if (left === false) return false;
  const other = right();
  return other === false ? false : left === null ? null : other;
};

const allOf =
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

const anyOf =
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
