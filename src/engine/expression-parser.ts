import { isInteger64 } from './arithmetic';
import { children, type Expression, type Name, type WithoutDepth } from './ast';
import { parseAggregate, parseCall, unknownFunction } from './call-parser';
import { parseCase } from './case-parser';
import { parseCast } from './cast-parser';
import { parseDecimal } from './decimal';
import type { Token } from './lexer';
import { maxDepth } from './limits';
import type { OperandParser } from './operand-parser';
import type { TokenReader } from './token-reader';
import type { Value } from './value';
import { insteadOf, isAggregateName, isFunctionName } from './words';

// Expressions are read by one loop over a table of infix operators (precedence climbing). An operand is read first; then,
// as long as the next operator binds at least as tightly as asked, it is given the left side and reads its right side.

/** From loose to tight. Source: S3 Select, "Operators", precedence. */
const precedence = {
  or: 1,
  and: 2,
  not: 3,
  equality: 4,
  relation: 5,
  like: 6,
  between: 7,
  in: 8,
  sum: 9,
  product: 10,
  unary: 11,
};

interface Infix {
  readonly precedence: number;
  /** The operator has been taken, and NOT before it. */
  readonly parse: (parser: ExpressionParser, left: Expression, operator: Token, isNegated: boolean) => Expression;
}

const binary = (level: number, rightLevel = level + 1): Infix => ({
  precedence: level,
  parse: (parser, left, { text, at }) => {
    const operator = (text === '!=' ? '<>' : text) as '+';
    return parser.node({ kind: 'binary', operator, left, right: parser.operand(rightLevel), at });
  },
});

/** a OR b OR c is one node of three terms. */
const logic = (operator: 'AND' | 'OR', level: number): Infix => ({
  precedence: level,
  parse: (parser, left, { at }) => {
    const terms = [left, parser.operand(level + 1)];
    while (parser.reader.takeKeyword(operator)) terms.push(parser.operand(level + 1));
    return parser.node({ kind: 'logic', operator, terms, at });
  },
});

const infixes: Readonly<Record<string, Infix>> = {
  OR: logic('OR', precedence.or),
  AND: logic('AND', precedence.and),
  // Right-associative.
  '=': binary(precedence.equality, precedence.equality),
  '<>': binary(precedence.equality, precedence.equality),
  '!=': binary(precedence.equality, precedence.equality),
  IS: { precedence: precedence.equality, parse: (parser, left, { at }) => parser.is(left, at) },
  '<': binary(precedence.relation),
  '<=': binary(precedence.relation),
  '>': binary(precedence.relation),
  '>=': binary(precedence.relation),
  LIKE: {
    precedence: precedence.like,
    parse(parser, operand, { at }, isNegated) {
      const pattern = parser.operand(precedence.between);
      const escape = parser.reader.takeKeyword('ESCAPE') ? parser.operand(precedence.between) : undefined;
      return parser.node({ kind: 'like', operand, pattern, ...(escape ? { escape } : {}), isNegated, at });
    },
  },
  BETWEEN: {
    precedence: precedence.between,
    parse(parser, operand, { at }, isNegated) {
      const low = parser.operand(precedence.in);
      if (!parser.reader.takeKeyword('AND')) {
        throw parser.reader.error(
          'ParseExpectedKeyword',
          `Expected AND after BETWEEN and its lower bound, but found ${parser.reader.found()}.`,
        );
      }
      return parser.node({ kind: 'between', operand, low, high: parser.operand(precedence.in), isNegated, at });
    },
  },
  IN: {
    precedence: precedence.in,
    parse(parser, operand, { at }, isNegated) {
      parser.reader.expectOperator('(', 'ParseExpectedTokenType', 'after IN');
      if (parser.reader.isKeyword('SELECT')) throw parser.subquery();
      if (parser.reader.isOperator(')')) {
        throw parser.reader.error('ParseExpectedExpression', 'The list of IN is empty; name what to compare with.');
      }
      const elements = [parser.operand(precedence.or)];
      while (parser.reader.takeOperator(',')) elements.push(parser.operand(precedence.or));
      parser.reader.expectOperator(')', 'ParseExpectedTokenType', 'at the end of the list of IN');
      return parser.node({ kind: 'in', operand, elements, isNegated, at });
    },
  },
  '+': binary(precedence.sum),
  '-': binary(precedence.sum),
  '||': binary(precedence.sum),
  '*': binary(precedence.product),
  '/': binary(precedence.product),
  '%': binary(precedence.product),
};

/** Reads one expression. Throws SqlError with the codes of the specification's section on parse errors. */
export class ExpressionParser implements OperandParser {
  readonly reader: TokenReader;
  #nesting = 0;

  constructor(reader: TokenReader) {
    this.reader = reader;
  }

  /** An expression where a clause needs one: at the end of the query it is missing. */
  expression(): Expression {
    return this.#climb(precedence.or, 'ParseUnexpectedTerm');
  }

  /** The right side of an operator, or an element of it. */
  operand(level: number): Expression {
    return this.#climb(level, 'ParseExpectedExpression');
  }

  inner(): Expression {
    return this.operand(precedence.or);
  }

  node(node: WithoutDepth<Expression>): Expression {
    const depth = children(node as Expression).reduce((most, child) => Math.max(most, child.depth + 1), 1);
    if (depth > maxDepth) throw this.#tooDeep();
    return { ...node, depth } as Expression;
  }

  #climb(level: number, codeAtEnd: string): Expression {
    if (++this.#nesting > maxDepth) throw this.#tooDeep();
    let left = this.#prefix(level, codeAtEnd);
    for (;;) {
      const isNegated = this.reader.isKeyword('NOT') && ['IN', 'LIKE', 'BETWEEN'].includes(this.reader.next.text);
      const token = isNegated ? this.reader.next : this.reader.current;
      const infix = token.kind === 'operator' || token.kind === 'keyword' ? infixes[token.text] : undefined;
      if (!infix || infix.precedence < level) break;
      if (isNegated) this.reader.take();
      left = infix.parse(this, left, this.reader.take(), isNegated);
    }
    this.#nesting--;
    return left;
  }

  #prefix(level: number, codeAtEnd: string): Expression {
    const { reader } = this;
    const token = reader.current;
    switch (token.kind) {
      case 'end':
        throw reader.error(codeAtEnd, 'An expression is missing at the end of the query.');
      case 'string':
        return this.#literal(reader.take(), token.text);
      case 'number':
        return this.#literal(reader.take(), this.#numberOf(token, ''));
      case 'ion':
        return this.#literal(reader.take(), token.value);
      case 'identifier':
      case 'quoted':
        return this.#column();
      case 'keyword':
        return this.#keyword(level, token);
      case 'operator':
        return this.#operator(token);
    }
  }

  #literal({ at }: Token, value: Value): Expression {
    return this.node({ kind: 'literal', value, at });
  }

  /** The sign belongs to the number: the smallest INT is minus one that is too large by itself. */
  #numberOf(token: Token, sign: '' | '-'): Value {
    const text = sign + token.text;
    if (/[.e]/i.test(text)) {
      const value = parseDecimal(text);
      if (value) return value;
      throw this.reader.error('LexerInvalidLiteral', 'The exponent of the number is too large.', token);
    }
    const digits = token.text.replace(/^0+(?=.)/, '');
    const value = digits.length > 19 ? undefined : BigInt(text);
    if (value !== undefined && isInteger64(value)) return value;
    const advice = 'is outside the 64 bits of an INT; write it with a decimal point.';
    throw this.reader.error('IntegerOverflow', `The number ${advice}`, token);
  }

  #operator(token: Token): Expression {
    const { reader } = this;
    switch (token.text) {
      case '(': {
        reader.take();
        if (reader.isKeyword('SELECT')) throw this.subquery();
        const inner = this.operand(precedence.or);
        reader.expectOperator(')', 'ParseExpectedTokenType', 'to close the parenthesis');
        return inner;
      }
      case '-':
      case '+': {
        reader.take();
        if (token.text === '-' && reader.current.kind === 'number') {
          return this.#literal(token, this.#numberOf(reader.take(), '-'));
        }
        const operand = this.operand(precedence.unary);
        return this.node({ kind: 'unary', operator: token.text, operand, at: token.at });
      }
      case ')':
      case ',':
      case ';':
      case ']':
      case '[':
      case '.':
        throw reader.error('ParseUnexpectedTerm', `An expression is missing before ${token.text}.`);
      default:
        throw reader.error('ParseUnexpectedOperator', `The operator ${token.text} has nothing to its left.`);
    }
  }

  #keyword(level: number, token: Token): Expression {
    const { reader } = this;
    const { text: word, at } = token;
    const isCall = reader.next.kind === 'operator' && reader.next.text === '(';
    switch (word) {
      case 'TRUE':
      case 'FALSE':
        return this.#literal(reader.take(), word === 'TRUE');
      case 'NULL':
        return this.#literal(reader.take(), null);
      case 'MISSING':
        return this.#literal(reader.take(), undefined);
      case 'NOT':
        if (level > precedence.not) break;
        reader.take();
        return this.node({ kind: 'unary', operator: 'NOT', operand: this.operand(precedence.not), at });
      case 'CAST':
        return parseCast(this);
      case 'CASE':
        return parseCase(this);
      case 'SELECT':
        throw this.subquery();
    }
    if (isCall && isAggregateName(word)) return parseAggregate(this, word);
    if (isCall && isFunctionName(word)) return parseCall(this, word);
    if (isCall && Object.hasOwn(insteadOf, word)) throw unknownFunction(reader, token);
    throw reader.error('ParseUnExpectedKeyword', reservedWord(reader.sql.slice(token.at, token.end)));
  }

  subquery(): Error {
    return this.reader.error(
      'UnsupportedSqlStructure',
      'Subqueries are not part of S3 Select; one SELECT reads one file.',
    );
  }

  #column(): Expression {
    const { reader } = this;
    const isCall = reader.current.kind === 'identifier' && reader.next.kind === 'operator' && reader.next.text === '(';
    if (isCall) {
      const name = reader.current.text.toUpperCase();
      if (isFunctionName(name)) return parseCall(this, name);
      throw unknownFunction(reader, reader.current);
    }
    const first = reader.take();
    this.#noPath('[');
    if (!reader.takeOperator('.')) return this.node({ kind: 'column', name: nameOf(first), at: first.at });
    const second = reader.current;
    if (second.kind !== 'identifier' && second.kind !== 'quoted') {
      const hint = second.kind === 'keyword' ? ` ${reservedWord(reader.sql.slice(second.at, second.end))}` : '';
      throw reader.error(
        'ParseInvalidPathComponent',
        `Expected a column after the dot, but found ${reader.found()}.${hint}`,
      );
    }
    reader.take();
    this.#noPath('.', '[');
    return this.node({ kind: 'column', qualifier: nameOf(first), name: nameOf(second), at: first.at });
  }

  #noPath(...steps: readonly string[]): void {
    if (!steps.some((step) => this.reader.isOperator(step))) return;
    const advice = 'quote a name that holds a dot or a bracket: s."a.b".';
    throw this.reader.error('InvalidKeyPath', `A column of a CSV file has no parts; ${advice}`);
  }

  is(operand: Expression, at: number): Expression {
    const isNegated = this.reader.takeKeyword('NOT');
    for (const what of ['NULL', 'MISSING'] as const) {
      if (this.reader.takeKeyword(what)) return this.node({ kind: 'is', operand, what, isNegated, at });
    }
    throw this.reader.error(
      'ParseExpectedKeyword',
      `Expected NULL or MISSING after IS, but found ${this.reader.found()}.`,
    );
  }

  #tooDeep = () =>
    this.reader.error('MaxOperatorsExceeded', `The expression is nested more than ${maxDepth} deep; make it flatter.`);
}

export const nameOf = ({ kind, text }: Token): Name => ({ text, isQuoted: kind === 'quoted' });

export const reservedWord = (word: string): string =>
  `'${word}' is a reserved word; to name a column, write "${word}" in double quotes.`;
