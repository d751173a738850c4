import type { Expression, WithoutDepth } from './ast';
import type { TokenReader } from './token-reader';

/** What the parsers of calls, CASE and CAST need of the parser of expressions, which is one. */
export interface OperandParser {
  readonly reader: TokenReader;
  /** An expression inside of another one. */
  inner(): Expression;
  node(node: WithoutDepth<Expression>): Expression;
}
