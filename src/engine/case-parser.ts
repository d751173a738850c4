import type { Case, Expression } from './ast';
import type { OperandParser } from './operand-parser';

/** Reads from CASE to END. Throws SqlError ParseExpectedWhenClause, ParseExpectedKeyword. */
export function parseCase(parser: OperandParser): Expression {
  const { reader } = parser;
  const { at } = reader.take();
  const operand = reader.isKeyword('WHEN', 'ELSE', 'END') ? undefined : parser.inner();
  const branches: Case['branches'][number][] = [];
  while (reader.takeKeyword('WHEN')) {
    const condition = parser.inner();
    expectKeyword(parser, 'THEN', 'after the condition of WHEN');
    branches.push({ condition, result: parser.inner() });
  }
  if (branches.length === 0) {
    throw reader.error(
      'ParseExpectedWhenClause',
      `Expected WHEN after CASE, but found ${reader.found()}. Write CASE WHEN condition THEN value END.`,
    );
  }
  const otherwise = reader.takeKeyword('ELSE') ? parser.inner() : undefined;
  expectKeyword(parser, 'END', 'to close CASE');
  return parser.node({ kind: 'case', ...(operand && { operand }), branches, ...(otherwise && { otherwise }), at });
}

function expectKeyword({ reader }: OperandParser, word: string, where: string): void {
  if (reader.takeKeyword(word)) return;
  throw reader.error('ParseExpectedKeyword', `Expected ${word} ${where}, but found ${reader.found()}.`);
}
