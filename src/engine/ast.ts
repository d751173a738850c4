import type { Arithmetic } from './arithmetic';
import type { Comparison, TypeName, Value } from './value';
import type { AggregateName, FunctionName } from './words';

// The tree of a query has the shape of its meaning. Nodes carry the offset in the text that an error points at, and
// `depth`, which the parser keeps within bounds so that walking the tree cannot exhaust the stack.

/** A name as written; an unquoted one is matched without regard to case. */
export interface Name {
  readonly text: string;
  readonly isQuoted: boolean;
}

interface Node {
  readonly at: number;
  readonly depth: number;
}

export interface Literal extends Node {
  readonly kind: 'literal';
  readonly value: Value;
}

export interface Column extends Node {
  readonly kind: 'column';
  readonly qualifier?: Name;
  readonly name: Name;
}

export interface Unary extends Node {
  readonly kind: 'unary';
  readonly operator: '-' | '+' | 'NOT';
  readonly operand: Expression;
}

export interface Binary extends Node {
  readonly kind: 'binary';
  readonly operator: Arithmetic | Comparison | '||';
  readonly left: Expression;
  readonly right: Expression;
}

/** A chain of AND or of OR, however long, is one node. */
export interface Logic extends Node {
  readonly kind: 'logic';
  readonly operator: 'AND' | 'OR';
  readonly terms: readonly Expression[];
}

export interface Is extends Node {
  readonly kind: 'is';
  readonly operand: Expression;
  readonly what: 'NULL' | 'MISSING';
  readonly isNegated: boolean;
}

export interface Between extends Node {
  readonly kind: 'between';
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly isNegated: boolean;
}

export interface In extends Node {
  readonly kind: 'in';
  readonly operand: Expression;
  readonly elements: readonly Expression[];
  readonly isNegated: boolean;
}

export interface Like extends Node {
  readonly kind: 'like';
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape?: Expression;
  readonly isNegated: boolean;
}

export interface Cast extends Node {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: TypeName;
}

export interface Aggregate extends Node {
  readonly kind: 'aggregate';
  readonly name: AggregateName;
  /** Absent in COUNT(*). */
  readonly argument?: Expression;
}

export interface Case extends Node {
  readonly kind: 'case';
  /** In a simple CASE, what each WHEN is compared with. */
  readonly operand?: Expression;
  readonly branches: readonly { readonly condition: Expression; readonly result: Expression }[];
  readonly otherwise?: Expression;
}

/** A call of a scalar function. */
export interface Call extends Node {
  readonly kind: 'call';
  readonly name: FunctionName;
  readonly values: readonly Expression[];
  /** The word among them, in upper case: a part of a date, or the side of TRIM. */
  readonly word?: string;
}

export type Expression =
  | Literal
  | Column
  | Unary
  | Binary
  | Logic
  | Is
  | Between
  | In
  | Like
  | Cast
  | Case
  | Call
  | Aggregate;

export type WithoutDepth<T> = T extends Expression ? Omit<T, 'depth'> : never;

export interface SelectItem {
  readonly expression: Expression;
  readonly alias?: string;
}

export interface Select {
  readonly items: readonly SelectItem[] | '*';
  /** The qualifier of `alias.*`, where the list is that. */
  readonly starQualifier?: { readonly name: Name; readonly at: number };
  /** The alias of S3Object. */
  readonly alias?: Name;
  readonly where?: Expression;
  readonly limit?: Expression;
}

/** The expressions directly below a node. */
export function children(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'literal':
    case 'column':
      return [];
    case 'unary':
    case 'is':
    case 'cast':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'logic':
      return node.terms;
    case 'between':
      return [node.operand, node.low, node.high];
    case 'in':
      return [node.operand, ...node.elements];
    case 'like':
      return node.escape ? [node.operand, node.pattern, node.escape] : [node.operand, node.pattern];
    case 'case':
      return [
        ...(node.operand ? [node.operand] : []),
        ...node.branches.flatMap(({ condition, result }) => [condition, result]),
        ...(node.otherwise ? [node.otherwise] : []),
      ];
    case 'call':
      return node.values;
    case 'aggregate':
      return node.argument ? [node.argument] : [];
  }
}
