import type { Expression } from './ast';
import type { Token } from './lexer';
import { nearest } from './near-name';
import type { OperandParser } from './operand-parser';
import type { SqlError } from './sql-error';
import type { TokenReader } from './token-reader';
import { shortened } from './value';
import { type AggregateName, aggregateNames, type FunctionName, functionNames, insteadOf } from './words';

// Calls of functions, from the name on. Names and numbers of arguments are checked here, before any record is read.

/** How many arguments each function takes, where commas part them. */
const counts: Readonly<Partial<Record<FunctionName, readonly [least: number, most: number]>>> = {
  COALESCE: [1, Number.POSITIVE_INFINITY],
  NULLIF: [2, 2],
  CHAR_LENGTH: [1, 1],
  CHARACTER_LENGTH: [1, 1],
  LOWER: [1, 1],
  UPPER: [1, 1],
  TO_STRING: [2, 2],
  TO_TIMESTAMP: [1, 2],
  UTCNOW: [0, 0],
};

const dateParts = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];
const extractParts = [...dateParts, 'TIMEZONE_HOUR', 'TIMEZONE_MINUTE'];

/** Reads the call of a scalar function. Throws SqlError. */
export function parseCall(parser: OperandParser, name: FunctionName): Expression {
  const { reader } = parser;
  const { at } = reader.take();
  reader.take(); // (
  const { word, values } = argumentsOf(parser, name, at);
  reader.expectOperator(')', 'ParseExpectedRightParenBuiltinFunctionCall', `to close ${name}`);
  return parser.node({ kind: 'call', name, values, ...(word !== undefined && { word }), at });
}

interface Arguments {
  readonly values: readonly Expression[];
  readonly word?: string;
}

function argumentsOf(parser: OperandParser, name: FunctionName, at: number): Arguments {
  switch (name) {
    case 'SUBSTRING':
      return { values: substringArguments(parser) };
    case 'TRIM':
      return trimArguments(parser);
    case 'EXTRACT': {
      const word = datePart(parser.reader, name, extractParts);
      expectFrom(parser.reader, 'after the part in EXTRACT');
      return { word, values: [parser.inner()] };
    }
    case 'DATE_ADD':
    case 'DATE_DIFF': {
      const word = datePart(parser.reader, name, dateParts);
      expectComma(parser.reader, name);
      const first = parser.inner();
      expectComma(parser.reader, name);
      return { word, values: [first, parser.inner()] };
    }
    default:
      return { values: listed(parser, name, at) };
  }
}

/** Arguments between commas, as many as the function takes. */
function listed(parser: OperandParser, name: FunctionName, at: number): readonly Expression[] {
  const { reader } = parser;
  const values: Expression[] = [];
  if (!reader.isOperator(')')) {
    do {
      if (reader.isOperator('*')) throw starInCall(reader, name);
      values.push(parser.inner());
    } while (reader.takeOperator(','));
  }
  const [least, most] = counts[name] ?? [0, 0];
  if (values.length >= least && values.length <= most) return values;
  const right =
    least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} or ${most}`;
  throw reader.errorAt(
    at,
    'EvaluatorInvalidArguments',
    `${name} takes ${right} ${right === '1' ? 'argument' : 'arguments'}, but has ${values.length}.`,
  );
}

/** (s, start), (s, start, length), (s FROM start), (s FROM start FOR length). */
function substringArguments(parser: OperandParser): readonly Expression[] {
  const { reader } = parser;
  const values = [parser.inner()];
  if (reader.takeKeyword('FROM')) {
    values.push(parser.inner());
    if (reader.takeKeyword('FOR')) values.push(parser.inner());
    return values;
  }
  expectComma(reader, 'SUBSTRING');
  values.push(parser.inner());
  if (reader.takeOperator(',')) values.push(parser.inner());
  return values;
}

/** ([[LEADING | TRAILING | BOTH] [characters] FROM] s); the text comes first in what this answers. */
function trimArguments(parser: OperandParser): Arguments {
  const { reader } = parser;
  if (reader.isOperator(')')) throw reader.error('ParseUnexpectedTerm', 'TRIM takes a text; write TRIM(x).');
  const side = ['LEADING', 'TRAILING', 'BOTH'].find((word) => reader.takeKeyword(word));
  if (reader.takeKeyword('FROM')) return { word: side ?? 'BOTH', values: [parser.inner()] };
  const first = parser.inner();
  if (side === undefined && !reader.isKeyword('FROM')) {
    if (!reader.isOperator(',')) return { word: 'BOTH', values: [first] };
    throw reader.error('ParseExpectedKeyword', "TRIM takes its characters before FROM: TRIM('x' FROM text).");
  }
  expectFrom(reader, 'after the characters in TRIM');
  return { word: side ?? 'BOTH', values: [parser.inner(), first] };
}

function datePart(reader: TokenReader, name: string, known: readonly string[]): string {
  const token = reader.current;
  const word = token.text.toUpperCase();
  const isWord = token.kind === 'keyword' || token.kind === 'identifier';
  if (!isWord || !known.includes(word)) {
    throw reader.error(
      'ParseExpectedDatePart',
      `${name} takes one of the parts ${known.join(', ').toLowerCase()}, without quotes, but found ${reader.found()}.`,
    );
  }
  reader.take();
  return word;
}

function expectFrom(reader: TokenReader, where: string): void {
  if (reader.takeKeyword('FROM')) return;
  throw reader.error('ParseExpectedKeyword', `Expected FROM ${where}, but found ${reader.found()}.`);
}

function expectComma(reader: TokenReader, name: string): void {
  reader.expectOperator(',', 'ParseExpectedArgumentDelimiter', `between the arguments of ${name}`);
}

/** Reads the call of an aggregate. Throws SqlError. */
export function parseAggregate(parser: OperandParser, name: AggregateName): Expression {
  const { reader } = parser;
  const { at } = reader.take();
  reader.take(); // (
  if (reader.isOperator('*')) {
    if (name !== 'COUNT') throw starInCall(reader, name);
    reader.take();
    reader.expectOperator(')', 'ParseExpectedRightParenBuiltinFunctionCall', 'after COUNT(*');
    return parser.node({ kind: 'aggregate', name, at });
  }
  if (reader.isKeyword('DISTINCT')) {
    throw reader.error('UnsupportedSqlOperation', `${name}(DISTINCT ...) is not part of S3 Select.`);
  }
  reader.takeKeyword('ALL');
  if (reader.isOperator(')')) throw notUnary(reader, name);
  const argument = parser.inner();
  if (reader.isOperator(',')) throw notUnary(reader, name);
  reader.expectOperator(')', 'ParseExpectedRightParenBuiltinFunctionCall', `to close ${name}`);
  return parser.node({ kind: 'aggregate', name, argument, at });
}

const starInCall = (reader: TokenReader, name: string): SqlError =>
  reader.error('ParseUnsupportedCallWithStar', `${name}(*) has no meaning; only COUNT(*) has.`);

const notUnary = (reader: TokenReader, name: string): SqlError =>
  reader.error('ParseNonUnaryAgregateFunctionCall', `${name} takes exactly one argument.`);

/** The error of a call of what the dialect does not have. */
export function unknownFunction(reader: TokenReader, token: Token): SqlError {
  const name = token.text.toUpperCase();
  const instead = Object.hasOwn(insteadOf, name) ? insteadOf[name] : undefined;
  const near = nearest(name, [...functionNames, ...aggregateNames, 'CAST']);
  const hint = instead ? ` Write ${instead}.` : near ? ` Did you mean ${near}?` : '';
  return reader.error('UnsupportedFunction', `There is no function ${shortened(name)}.${hint}`, token);
}
