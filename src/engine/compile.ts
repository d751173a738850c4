import { type Accumulator, accumulator } from './aggregates';
import { type Arithmetic, affirm, calculate, concatenate, negate } from './arithmetic';
import type { Aggregate, Binary, Call, Case, Cast, Expression, In, Like, Literal } from './ast';
import { cast, castNumberBytes } from './cast';
import type { FieldOf } from './columns';
import { scalarFunctions } from './functions';
import { likeTest } from './like';
import { allOf, and, anyOf, type Evaluate, not } from './logic';
import { NumberBytes } from './number-bytes';
import type { RecordCursor } from './record';
import { ValueError } from './sql-error';
import type { StepBudget } from './step-budget';
import {
  type Comparison,
  compare,
  isAbsent,
  type Present,
  type TypeName,
  toCondition,
  typeOf,
  type Value,
} from './value';

/** An aggregate of the select list: what is added for each record, and where to. */
export interface CompiledAggregate {
  readonly node: Aggregate;
  readonly argument: Evaluate;
  readonly accumulator: Accumulator;
}

/**
 * Turns expressions into closures, once for a query; aggregates are collected on the way. What takes longer than a step
 * for each node takes its steps from the budget itself.
 */
export class Compiler {
  readonly aggregates: CompiledAggregate[] = [];
  /** How many nodes it has compiled: the steps that one evaluation of them all takes. */
  nodes = 0;
  #fieldOf: FieldOf;
  #known = new Map<string, Evaluate>();
  #budget: StepBudget;
  #now: Date;

  constructor(fieldOf: FieldOf, budget: StepBudget, now: Date) {
    this.#fieldOf = fieldOf;
    this.#budget = budget;
    this.#now = now;
  }

  compile(node: Expression): Evaluate {
    this.nodes++;
    switch (node.kind) {
      case 'literal': {
        const { value } = node;
        return () => value;
      }
      case 'column':
        return this.#column(this.#fieldOf(node));
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
          return and(this.#compare('>=', value, low(record)), () => this.#compare('<=', value, high(record)));
        };
        return node.isNegated ? (record) => not(isWithin(record)) : isWithin;
      }
      case 'in':
        return this.#in(node);
      case 'like':
        return this.#like(node);
      case 'cast':
        return this.#cast(node);
      case 'case':
        return this.#case(node);
      case 'call':
        return this.#call(node);
      case 'aggregate':
        return this.#aggregate(node);
    }
  }

  #column(field: number): Evaluate {
    return this.#shared(`${field}`, (record) => {
      const text = record.text(field);
      if (text !== undefined) this.#budget.spend(text.length);
      return text;
    });
  }

  /** What several expressions ask for is found once for each record. */
  #shared(what: string, evaluate: Evaluate): Evaluate {
    const known = this.#known.get(what);
    if (known) return known;
    let turn = -1;
    let value: Value;
    const shared: Evaluate = (record) => {
      if (record.turn !== turn) {
        value = evaluate(record);
        turn = record.turn;
      }
      return value;
    };
    this.#known.set(what, shared);
    return shared;
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
    if (operator === '||') {
      return (record) => {
        const text = concatenate(left(record), right(record));
        if (typeof text === 'string') this.#budget.spend(text.length);
        return text;
      };
    }
    if (isArithmetic(operator)) {
      return (record) => {
        const [a, b] = [left(record), right(record)];
        this.#budget.spendOnScales(a, b);
        return calculate(operator, a, b);
      };
    }
    return (record) => this.#compare(operator, left(record), right(record));
  }

  #compare(operator: Comparison, left: Value, right: Value): boolean | null {
    this.#budget.spendOnScales(left, right);
    return compare(operator, left, right);
  }

  /** A column compared with constant text needs no string: the constant is encoded once, and bytes are compared. */
  #equalityOnBytes({ operator, left, right }: Binary): Evaluate | undefined {
    if (operator !== '=' && operator !== '<>') return undefined;
    const [column, constant] = left.kind === 'column' ? [left, right] : [right, left];
    if (column.kind !== 'column' || constant.kind !== 'literal' || typeof constant.value !== 'string') return undefined;
    const field = this.#fieldOf(column);
    const bytes = Buffer.from(constant.value);
    const isEqual = (record: RecordCursor) => {
      const outcome = record.matches(field, bytes, 'whole') ?? null;
      this.#budget.spend(record.to - record.from);
      return outcome;
    };
    return operator === '=' ? isEqual : (record) => not(isEqual(record));
  }

  /** TRUE if an element equals, else NULL if one could not be compared, else FALSE. */
  #in({ operand, elements, isNegated }: In): Evaluate {
    const value = this.compile(operand);
    const isAmong = elements.every(isText) ? this.#isAmongTexts(value, elements) : this.#isAmong(value, elements);
    return isNegated ? (record) => not(isAmong(record)) : isAmong;
  }

  #isAmong(value: Evaluate, elements: readonly Expression[]): (record: RecordCursor) => boolean | null {
    const candidates = this.#all(elements);
    return (record) => {
      const wanted = value(record);
      let outcome: boolean | null = false;
      for (const candidate of candidates) {
        const isEqual = this.#compare('=', wanted, candidate(record));
        if (isEqual) return true;
        if (isEqual === null) outcome = null;
      }
      return outcome;
    };
  }

  /** A list of constant texts is looked up, however long it is. */
  #isAmongTexts(value: Evaluate, elements: readonly TextLiteral[]): (record: RecordCursor) => boolean | null {
    const texts = new Set<Value>(elements.map((element) => element.value));
    return (record) => {
      const wanted = value(record);
      return isAbsent(wanted) ? null : texts.has(wanted);
    };
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
      // To compile a pattern takes longer than to pass over it.
      this.#budget.spend(stepsPerPatternCharacter * textFor(text).length);
      return likeTest(textFor(text), escapeOf ? textFor(escapeText) : undefined);
    };
    if (pattern.kind !== 'literal' || (escape && escape.kind !== 'literal')) return testFor;
    const constant = testFor(undefined as never);
    return () => constant;
  }

  /** The first branch that matches; what comes after it is not evaluated. */
  #case({ operand, branches, otherwise }: Case): Evaluate {
    const value = operand && this.compile(operand);
    const compiled = branches.map(({ condition, result }) => ({
      condition: this.compile(condition),
      result: this.compile(result),
    }));
    const last = otherwise ? this.compile(otherwise) : () => null;
    return (record) => {
      const wanted = value?.(record);
      const matches = value
        ? (condition: Evaluate) => this.#compare('=', wanted, condition(record))
        : (condition: Evaluate) => toCondition(condition(record));
      for (const { condition, result } of compiled) if (matches(condition)) return result(record);
      return last(record);
    };
  }

  #call({ name, values, word }: Call): Evaluate {
    if (name === 'COALESCE') return this.#coalesce(this.#all(values));
    if (name === 'NULLIF') return this.#nullIf(...(this.#all(values) as [Evaluate, Evaluate]));
    const call = scalarFunctions[name]({ word, budget: this.#budget, now: this.#now });
    return strict(this.#all(values), call);
  }

  #coalesce(candidates: readonly Evaluate[]): Evaluate {
    return (record) => {
      for (const candidate of candidates) {
        const value = candidate(record);
        if (!isAbsent(value)) return value;
      }
      return null;
    };
  }

  #nullIf(first: Evaluate, second: Evaluate): Evaluate {
    return (record) => {
      const value = first(record);
      return isAbsent(value) || this.#compare('=', value, second(record)) ? null : value;
    };
  }

  #cast({ operand, type }: Cast): Evaluate {
    const value = this.compile(operand);
    if (operand.kind !== 'column') {
      return (record) => {
        const from = value(record);
        this.#budget.spendOnScales(from, null);
        return cast(from, type);
      };
    }
    const field = this.#fieldOf(operand);
    const what = `${field} AS ${type}`;
    if (!isNumberType(type)) return this.#shared(what, (record) => castColumn(field, value(record), type));
    const number = new NumberBytes();
    return this.#shared(what, (record) => {
      const isNumber = field < record.width && record.find(field) && number.read(record.block, record.from, record.to);
      const quick = isNumber ? castNumberBytes(number, type) : undefined;
      return quick ?? castColumn(field, value(record), type);
    });
  }

  #aggregate(node: Aggregate): Evaluate {
    const { name, argument } = node;
    const value = argument ? this.compile(argument) : () => 1n;
    const compiled: CompiledAggregate = {
      node,
      argument: (record) => {
        const added = value(record);
        this.#budget.spendOnScales(added, null);
        return added;
      },
      accumulator: accumulator(name),
    };
    this.aggregates.push(compiled);
    return () => compiled.accumulator.result();
  }
}

/** A call that is NULL where one of its arguments is NULL or MISSING. */
function strict(operands: readonly Evaluate[], call: (...values: Present[]) => Value): Evaluate {
  const [first, second, third] = operands as readonly [Evaluate, Evaluate, Evaluate];
  // An array of arguments for each record would be most of the time that a short function takes.
  switch (operands.length) {
    case 0:
      return () => call();
    case 1:
      return (record) => {
        const a = first(record);
        return isAbsent(a) ? null : call(a);
      };
    case 2:
      return (record) => {
        const a = first(record);
        const b = second(record);
        return isAbsent(a) || isAbsent(b) ? null : call(a, b);
      };
    default:
      return (record) => {
        const a = first(record);
        const b = second(record);
        const c = third(record);
        return isAbsent(a) || isAbsent(b) || isAbsent(c) ? null : call(a, b, c);
      };
  }
}

/** CAST of a field; what it throws has the column at fault. */
function castColumn(field: number, value: Value, type: TypeName): Value {
  try {
    return cast(value, type);
  } catch (error) {
    if (error instanceof ValueError) error.column = field + 1;
    throw error;
  }
}

type TextLiteral = Literal & { readonly value: string };

const isText = (node: Expression): node is TextLiteral => node.kind === 'literal' && typeof node.value === 'string';

const stepsPerPatternCharacter = 32;

const isNumberType = (type: TypeName): boolean => type === 'INT' || type === 'FLOAT' || type === 'DECIMAL';

const isArithmetic = (operator: Arithmetic | Comparison): operator is Arithmetic => '+-*/%'.includes(operator);

function textFor(value: Value): string {
  if (typeof value === 'string') return value;
  throw new ValueError('LikeInvalidInputs', `LIKE takes text, but this is ${typeOf(value)}.`);
}
