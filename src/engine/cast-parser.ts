import type { Expression } from './ast';
import type { OperandParser } from './operand-parser';
import type { TokenReader } from './token-reader';
import type { TypeName } from './value';
import { typeNames, typeParameters } from './words';

/** Reads CAST(x AS type). Throws SqlError with the codes of the specification's section on CAST. */
export function parseCast(parser: OperandParser): Expression {
  const { reader } = parser;
  const { at } = reader.take();
  reader.expectOperator('(', 'ParseExpectedLeftParenAfterCast', 'after CAST');
  const operand = parser.inner();
  if (!reader.takeKeyword('AS')) {
    throw reader.error('ParseExpectedTokenType', `Expected AS and a type in CAST, but found ${reader.found()}.`);
  }
  const type = typeName(reader);
  reader.expectOperator(')', 'ParseExpectedTokenType', 'to close CAST');
  return parser.node({ kind: 'cast', operand, type, at });
}

function typeName(reader: TokenReader): TypeName {
  const token = reader.take();
  const two = `${token.text} ${reader.current.text}`.toUpperCase();
  const name = typeNames.has(two) ? two : token.text.toUpperCase();
  const type = token.kind === 'keyword' ? typeNames.get(name) : undefined;
  if (!type) {
    const found = reader.sql.slice(token.at, token.end) || 'the end of the query';
    const known = 'BOOL, INT, FLOAT, DECIMAL, STRING or TIMESTAMP';
    throw reader.error('ParseExpectedTypeName', `Expected ${known}, but found ${found}.`, token);
  }
  if (name === two) reader.take();
  checkParameters(reader, name);
  return type;
}

/** Lengths, precision and scale: read, checked, and without effect. */
function checkParameters(reader: TokenReader, name: string): void {
  if (!reader.isOperator('(')) return;
  const allowed = typeParameters[name] ?? 0;
  const start = reader.take();
  let count = 0;
  do {
    if (reader.current.kind !== 'number') {
      throw reader.error('ParseExpectedNumber', `Expected a number, but found ${reader.found()}.`);
    }
    if (Number(reader.current.text) % 1 !== 0) {
      throw reader.error('ParseInvalidTypeParam', `${name} takes whole numbers, but this is ${reader.found()}.`);
    }
    reader.take();
    count++;
  } while (reader.takeOperator(','));
  if (count > allowed) {
    throw reader.error(
      'ParseCastArity',
      `${name} takes ${allowed === 0 ? 'no parameters' : `at most ${allowed === 1 ? 'one parameter' : 'two parameters'}`}.`,
      start,
    );
  }
  reader.expectOperator(')', 'ParseExpectedTokenType', `to close the parameters of ${name}`);
}
