import type { Column, Expression, Literal } from '../ast';
import type { FieldOf } from '../columns';
import type { Decimal } from '../decimal';
import type { Kernel } from '../kernel';
import { type Comparison, isNumber, type Value } from '../value';
import { maxConstantBytes, type NumberCondition } from './kernel-block';

/** Selects the records of a range that a condition holds for, or may hold for; answers how many. */
export type Select = (kernel: Kernel, from: number, to: number) => number;

export interface VectorCondition {
  readonly select: Select;
  /** Whether the condition holds for every record that is selected and not marked as unknown. */
  readonly isExact: boolean;
}

/**
 * What of WHERE the kernel can decide: a column that is or begins with constant text, or a column cast to a number that
 * compares with a constant. Of a chain of AND it decides the first term; the rest is asked of what is left, as it would be
 * without. Undefined for other conditions.
 */
export function vectorCondition(
  where: Expression | undefined,
  fieldOf: FieldOf,
  quote: string,
): VectorCondition | undefined {
  if (!where) return { select: (kernel, from, to) => kernel.selectAll(from, to), isExact: true };
  const isChain = where.kind === 'logic' && where.operator === 'AND';
  const term = isChain ? where.terms[0] : where;
  const select = term && selectOf(term, fieldOf, quote, isChain);
  return select && { select, isExact: !isChain };
}

function selectOf(node: Expression, fieldOf: FieldOf, quote: string, keepsAbsent: boolean): Select | undefined {
  if (node.kind === 'like') {
    const { operand, pattern, escape, isNegated } = node;
    if (operand.kind !== 'column' || !isText(pattern) || escape) return undefined;
    const prefix = pattern.value.endsWith('%') ? pattern.value.slice(0, -1) : undefined;
    const text = prefix ?? pattern.value;
    if (text.includes('%') || text.includes('_')) return undefined;
    return textSelect(operand, text, prefix === undefined ? 'whole' : 'prefix', isNegated);
  }
  if (node.kind !== 'binary' || !(node.operator in wantedBy)) return undefined;
  const operator = node.operator as Comparison;
  const isFlipped = node.left.kind === 'literal';
  const [operand, constant] = isFlipped ? [node.right, node.left] : [node.left, node.right];
  if (constant.kind !== 'literal') return undefined;
  if (operand.kind === 'column' && isText(constant) && (operator === '=' || operator === '<>')) {
    return textSelect(operand, constant.value, 'whole', operator === '<>');
  }
  if (operand.kind !== 'cast' || operand.operand.kind !== 'column') return undefined;
  if (operand.type !== 'INT' && operand.type !== 'DECIMAL') return undefined;
  const number = shortNumber(constant.value);
  if (!number) return undefined;
  const condition: NumberCondition = {
    field: fieldOf(operand.operand),
    isInteger: operand.type === 'INT',
    constant: number,
    wanted: wantedBy[isFlipped ? flipped[operator] : operator],
    keepsAbsent,
  };
  return (kernel, from, to) => kernel.selectNumber(from, to, condition);

  function textSelect(column: Column, text: string, match: 'whole' | 'prefix', isNegated: boolean): Select | undefined {
    const constant = Buffer.from(text);
    // A quote is doubled in the block, and half a character has no bytes.
    if (constant.length > maxConstantBytes || !text.isWellFormed() || (quote && text.includes(quote))) return undefined;
    const condition = { field: fieldOf(column), constant, match, isNegated, keepsAbsent };
    return (kernel, from, to) => kernel.selectText(from, to, condition);
  }
}

const isText = (node: Expression): node is Literal & { readonly value: string } =>
  node.kind === 'literal' && typeof node.value === 'string';

const wantedBy: Readonly<Record<Comparison, number>> = { '<': 1, '=': 2, '<=': 3, '>': 4, '<>': 5, '>=': 6 };
const flipped: Readonly<Record<Comparison, Comparison>> = {
  '<': '>',
  '=': '=',
  '<=': '>=',
  '>': '<',
  '<>': '<>',
  '>=': '<=',
};

/** A number of at most 15 digits, none of them before the point by an exponent. */
function shortNumber(value: Value): NumberCondition['constant'] | undefined {
  if (!isNumber(value) || typeof value === 'number') return undefined;
  const { unscaled, scale }: Decimal = typeof value === 'bigint' ? { unscaled: value, scale: 0 } : value;
  const digitCount = unscaled.toString().replace('-', '').length;
  if (digitCount > 15 || scale < 0 || scale > 15) return undefined;
  return { digits: Number(unscaled), scale, digitCount };
}
