import type { Name, Select, SelectItem } from './ast';
import { ExpressionParser, nameOf, reservedWord } from './expression-parser';
import { type Token, tokens } from './lexer';
import { maxExpressionBytes } from './limits';
import { SqlError } from './sql-error';
import { TokenReader } from './token-reader';

/**
 * Reads a query: SELECT list FROM S3Object [alias] [WHERE condition] [LIMIT number].
 * Throws SqlError with the place in the text.
 */
export function parse(sql: string): Select {
  const bytes = Buffer.byteLength(sql);
  if (bytes > maxExpressionBytes) {
    throw new SqlError('ExpressionTooLong', `The query has ${bytes} bytes; ${maxExpressionBytes} are allowed.`);
  }
  if (!sql.isWellFormed()) {
    throw new SqlError('LexerInvalidChar', 'The query holds half of a surrogate pair; send it as Unicode text.');
  }
  return new QueryParser(new TokenReader(sql, tokens(sql))).parse();
}

const isOperator = ({ kind, text }: Token, operator: string): boolean => kind === 'operator' && text === operator;

class QueryParser {
  #reader: TokenReader;
  #expressions: ExpressionParser;

  constructor(reader: TokenReader) {
    this.#reader = reader;
    this.#expressions = new ExpressionParser(reader);
  }

  parse(): Select {
    const reader = this.#reader;
    this.#select();
    const list = this.#list();
    if (!reader.takeKeyword('FROM')) {
      throw reader.error('ParseSelectMissingFrom', `Expected FROM after the select list, but found ${reader.found()}.`);
    }
    const alias = this.#source();
    const where = reader.takeKeyword('WHERE') ? this.#expressions.expression() : undefined;
    const limit = reader.takeKeyword('LIMIT') ? this.#expressions.expression() : undefined;
    reader.takeOperator(';');
    if (reader.current.kind !== 'end') throw this.#unexpected();
    return { ...list, ...(alias && { alias }), ...(where && { where }), ...(limit && { limit }) };
  }

  #select(): void {
    const reader = this.#reader;
    if (reader.current.kind === 'end')
      throw reader.error('ParseUnexpectedTerm', 'The query is empty; it starts with SELECT.');
    if (!reader.isKeyword('SELECT')) {
      const code = reader.current.kind === 'keyword' ? 'ParseUnExpectedKeyword' : 'ParseUnexpectedToken';
      throw reader.error(code, `A query starts with SELECT, but this starts with ${reader.found()}.`);
    }
    reader.take();
    if (reader.isKeyword('DISTINCT')) {
      throw reader.error(
        'UnsupportedSqlOperation',
        'DISTINCT is not part of S3 Select; remove repeats where the rows arrive.',
      );
    }
    reader.takeKeyword('ALL');
    if (reader.isKeyword('FROM')) {
      throw reader.error('ParseEmptySelect', 'Nothing is selected; name columns, or write SELECT *.');
    }
  }

  #list(): Pick<Select, 'items' | 'starQualifier'> {
    const reader = this.#reader;
    if (reader.takeOperator('*')) {
      if (reader.isOperator(',')) throw this.#starNotAlone();
      return { items: '*' };
    }
    const items: SelectItem[] = [];
    do {
      const qualifier = this.#starQualifier();
      if (qualifier) {
        if (items.length > 0) throw this.#starNotAlone();
        reader.take(); // *
        if (reader.isOperator(',')) throw this.#starNotAlone();
        return { items: '*', starQualifier: qualifier };
      }
      items.push(this.#item());
    } while (reader.takeOperator(','));
    return { items };
  }

  /** What stands before the star in `alias.*`, with the dot. */
  #starQualifier(): Select['starQualifier'] {
    const { current, next } = this.#reader;
    const isName = current.kind === 'identifier' || current.kind === 'quoted';
    const isStar = isOperator(next, '.') && isOperator(this.#reader.peek(2), '*');
    if (!isName || !isStar) return undefined;
    this.#reader.take();
    this.#reader.take();
    return { name: nameOf(current), at: current.at };
  }

  #starNotAlone(): SqlError {
    return this.#reader.error(
      'ParseAsteriskIsNotAloneInSelectList',
      'The * must stand alone; name every column, or select * only.',
    );
  }

  #item(): SelectItem {
    const reader = this.#reader;
    if (reader.isOperator('*')) throw this.#starNotAlone();
    const expression = this.#expressions.expression();
    const alias = this.#alias();
    return alias ? { expression, alias: alias.text } : { expression };
  }

  #alias(): Name | undefined {
    const reader = this.#reader;
    const isExplicit = reader.takeKeyword('AS');
    const { kind } = reader.current;
    if (kind === 'identifier' || kind === 'quoted') return nameOf(reader.take());
    if (!isExplicit) return undefined;
    const hint = kind === 'keyword' ? ` ${reservedWord(reader.found())}` : '';
    throw reader.error('ParseExpectedIdentForAlias', `Expected a name after AS, but found ${reader.found()}.${hint}`);
  }

  #source(): Name | undefined {
    const reader = this.#reader;
    const table = reader.current;
    if (table.kind === 'end')
      throw reader.error('ParseUnexpectedTerm', 'Expected S3Object after FROM, but the query ends.');
    if (reader.isOperator('(')) throw this.#expressions.subquery();
    if (table.kind === 'keyword') {
      throw reader.error('ParseUnExpectedKeyword', `Expected S3Object after FROM, but found ${reader.found()}.`);
    }
    if (table.kind === 'string' || table.text.toUpperCase() !== 'S3OBJECT') {
      throw reader.error(
        'InvalidDataSource',
        `The only table is S3Object, but this is ${reader.found()}. Write FROM S3Object s.`,
      );
    }
    reader.take();
    if (reader.takeOperator('[')) {
      reader.expectOperator('*', 'InvalidDataSource', 'after S3Object[');
      reader.expectOperator(']', 'InvalidDataSource', 'after S3Object[*');
    }
    if (reader.isOperator('.') || reader.isOperator('[')) {
      throw reader.error('InvalidDataSource', 'A CSV file has no paths; write FROM S3Object.');
    }
    const alias = this.#alias();
    if (reader.isOperator(',')) {
      throw reader.error('MultipleDataSourcesUnsupported', 'A query reads one file; there is only one source.');
    }
    return alias;
  }

  /** What cannot follow: clauses of SQL that the dialect does not have are called by their names. */
  #unexpected(): SqlError {
    const reader = this.#reader;
    const { current } = reader;
    const word = current.text.toUpperCase();
    if (current.kind === 'keyword') {
      if (['JOIN', 'INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS', 'NATURAL', 'OUTER'].includes(word)) {
        return reader.error('ParseMalformedJoin', 'Joins are not part of S3 Select; a query reads one file.');
      }
      if (word === 'GROUP' || word === 'HAVING') return this.#grouping(word);
      if (['UNION', 'INTERSECT', 'EXCEPT'].includes(word)) {
        return reader.error('UnsupportedSqlOperation', `${word} is not part of S3 Select; send two queries.`);
      }
      if (word === 'ORDER') {
        return reader.error(
          'ParseUnexpectedToken',
          'ORDER BY is not part of S3 Select: rows come in the order of the file.',
        );
      }
      if (word === 'WHERE') {
        return reader.error('ParseUnexpectedToken', 'WHERE comes once, after FROM and before LIMIT.');
      }
    }
    const offset =
      reader.sql.slice(current.at, current.end).toUpperCase() === 'OFFSET' ? ' OFFSET is not part of S3 Select.' : '';
    return reader.error('ParseUnexpectedToken', `Expected the end of the query, but found ${reader.found()}.${offset}`);
  }

  #grouping(word: string): SqlError {
    const reader = this.#reader;
    const at = reader.take();
    reader.takeKeyword('BY');
    const isLiteral = reader.current.kind === 'number' || reader.current.kind === 'string';
    return reader.error(
      word === 'GROUP' && isLiteral ? 'ParseUnsupportedLiteralsGroupBy' : 'UnsupportedSqlStructure',
      `${word === 'GROUP' ? 'GROUP BY' : word} is not part of S3 Select; ask one query for each group, or group where the rows arrive.`,
      at,
    );
  }
}
