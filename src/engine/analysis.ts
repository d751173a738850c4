import { children, type Expression, type Name, type Select } from './ast';
import { positionOf } from './columns';
import { Compiler } from './compile';
import { likeTest } from './like';
import { errorAt, type SqlError, ValueError } from './sql-error';
import { StepBudget } from './step-budget';
import { timestampWriter } from './timestamp-pattern';
import { timestampReader } from './timestamp-reading';
import { isAbsent, isNumber, shortened, textOf, typeOf, type Value } from './value';

/** A query that makes sense by itself: only its columns are still to be found in the file. */
export interface CheckedSelect extends Select {
  /** The whole list is one row of aggregates. */
  readonly isAggregate: boolean;
  readonly maxRows: number;
}

/**
 * Checks all that can be known before the file is opened: qualifiers, where aggregates stand, constant patterns, LIMIT.
 * Throws SqlError.
 */
export function analyse(sql: string, select: Select): CheckedSelect {
  const items = select.items === '*' ? [] : select.items.map(({ expression }) => expression);
  const fail = (node: { readonly at: number }, code: string, message: string) => errorAt(sql, node.at, code, message);
  const expressions = select.where ? [...items, select.where] : items;
  for (const expression of expressions) {
    for (const node of walk(expression)) {
      if (node.kind === 'column' && node.qualifier) checkQualifier(node, node.qualifier, select.alias, fail);
      if (node.kind === 'column' && !node.name.isQuoted && positionOf(node.name.text) === 0) {
        throw fail(node, 'InvalidColumnIndex', 'Positions start with _1.');
      }
      if (node.kind === 'like') checkPattern(node, fail);
      if (node.kind === 'call') checkFormat(node, fail);
    }
  }
  if (select.starQualifier) checkQualifier(select.starQualifier, select.starQualifier.name, select.alias, fail);
  const isAggregate = items.some((item) => walk(item).some(({ kind }) => kind === 'aggregate'));
  if (isAggregate) for (const item of items) checkAggregated(item, fail);
  const misplaced = select.where && walk(select.where).find(({ kind }) => kind === 'aggregate');
  if (misplaced) {
    throw fail(
      misplaced,
      'UnsupportedSqlStructure',
      'An aggregate cannot stand in WHERE, which is asked of each record.',
    );
  }
  return { ...select, isAggregate, maxRows: maxRows(select.limit, fail) };
}

type Fail = (node: { readonly at: number }, code: string, message: string) => SqlError;

/** A node and all below it. */
function walk(node: Expression): Expression[] {
  const found: Expression[] = [];
  const left: Expression[] = [node];
  for (let next = left.pop(); next; next = left.pop()) {
    found.push(next);
    for (const child of children(next).toReversed()) left.push(child);
  }
  return found;
}

function checkQualifier(node: { readonly at: number }, qualifier: Name, alias: Name | undefined, fail: Fail): void {
  const table = alias ?? { text: 'S3Object', isQuoted: false };
  const isSame =
    qualifier.isQuoted || table.isQuoted
      ? qualifier.text === table.text
      : qualifier.text.toUpperCase() === table.text.toUpperCase();
  if (isSame) return;
  throw fail(
    node,
    'InvalidTableAlias',
    `There is no table '${shortened(qualifier.text)}' in the query; columns are of '${shortened(table.text)}'.`,
  );
}

function checkPattern(node: Extract<Expression, { kind: 'like' }>, fail: Fail): void {
  const { pattern, escape } = node;
  if (pattern.kind !== 'literal' || (escape && escape.kind !== 'literal')) return;
  for (const { value, at } of escape?.kind === 'literal' ? [pattern, escape] : [pattern]) {
    if (typeof value === 'string' || isAbsent(value)) continue;
    throw fail({ at }, 'LikeInvalidInputs', `LIKE takes text, but this is ${typeOf(value)}.`);
  }
  const escapeValue = escape?.kind === 'literal' ? escape.value : '';
  // With NULL for either, LIKE is NULL whatever the other.
  if (isAbsent(pattern.value) || isAbsent(escapeValue)) return;
  try {
    likeTest(textOf(pattern.value), escape && textOf(escapeValue));
  } catch (error) {
    if (error instanceof ValueError) throw fail(escape ?? pattern, error.code, error.message);
    throw error;
  }
}

/** A constant pattern of TO_STRING or TO_TIMESTAMP. */
function checkFormat({ name, values }: Extract<Expression, { kind: 'call' }>, fail: Fail): void {
  const [, pattern] = values;
  const compile = name === 'TO_STRING' ? timestampWriter : name === 'TO_TIMESTAMP' ? timestampReader : undefined;
  if (!compile || pattern?.kind !== 'literal' || isAbsent(pattern.value)) return;
  if (typeof pattern.value !== 'string') {
    const what = `The pattern of ${name} is text, but this is ${typeOf(pattern.value)}.`;
    throw fail(pattern, 'IncorrectSqlFunctionArgumentType', what);
  }
  try {
    compile(pattern.value);
  } catch (error) {
    if (error instanceof ValueError) throw fail(pattern, error.code, error.message);
    throw error;
  }
}

/** In a list with aggregates, columns stand inside of them only, and aggregates not inside each other. */
function checkAggregated(node: Expression, fail: Fail): void {
  if (node.kind === 'column') {
    throw fail(
      node,
      'UnsupportedSqlStructure',
      `The column '${shortened(node.name.text)}' stands beside an aggregate; S3 Select has no GROUP BY, so every column must be inside one.`,
    );
  }
  if (node.kind !== 'aggregate') {
    for (const child of children(node)) checkAggregated(child, fail);
    return;
  }
  const nested = node.argument && walk(node.argument).find(({ kind }) => kind === 'aggregate');
  if (nested) throw fail(nested, 'UnsupportedSqlStructure', 'An aggregate cannot stand inside another.');
}

/** LIMIT is a constant: a number, or what can be computed without a record. */
function maxRows(limit: Expression | undefined, fail: Fail): number {
  if (!limit) return Number.POSITIVE_INFINITY;
  const varying = walk(limit).find(({ kind }) => kind === 'column' || kind === 'aggregate');
  if (varying) throw fail(varying, 'ParseExpectedNumber', 'LIMIT takes a number, and no column or aggregate.');
  const value = constantOf(limit, fail);
  if (typeof value !== 'bigint') {
    const what = isNumber(value) ? 'has a fraction' : `is ${typeOf(value)}`;
    throw fail(limit, 'ParseExpectedNumber', `LIMIT takes a whole number, but this ${what}.`);
  }
  if (value < 0n) throw fail(limit, 'EvaluatorNegativeLimit', 'LIMIT cannot be negative.');
  return Number(value);
}

function constantOf(node: Expression, fail: Fail): Value {
  const compiler = new Compiler(() => 0, new StepBudget(), new Date(0));
  try {
    return compiler.compile(node)(undefined as never);
  } catch (error) {
    if (error instanceof ValueError) throw fail(node, error.code, error.message);
    throw error;
  }
}
