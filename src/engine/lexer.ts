import { IonError, ionValue } from './ion-value';
import { errorAt, type SqlError } from './sql-error';
import type { Value } from './value';
import { reservedWords } from './words';

/**
 * A token with the offsets of its text. `text` is what it means: a keyword in upper case, an identifier as written, a
 * quoted name or a string without its quotes, a number as written, an operator.
 */
export interface Token {
  readonly kind: 'keyword' | 'identifier' | 'quoted' | 'string' | 'number' | 'ion' | 'operator' | 'end';
  readonly text: string;
  readonly at: number;
  readonly end: number;
  /** Of an Ion literal. */
  readonly value?: Value;
}

const operators = [
  '<>',
  '!=',
  '<=',
  '>=',
  '==',
  '||',
  '+',
  '-',
  '*',
  '/',
  '%',
  '=',
  '<',
  '>',
  '(',
  ')',
  ',',
  '.',
  '[',
  ']',
  ';',
];

/**
 * Cuts a query into tokens; the last one is `end`. Throws SqlError LexerInvalidChar, LexerInvalidLiteral,
 * LexerInvalidIONLiteral, and UnsupportedSyntax for the Ion values that have no place here.
 */
export function tokens(sql: string): readonly Token[] {
  const found: Token[] = [];
  for (let at = skipBlanks(sql, 0); at < sql.length; at = skipBlanks(sql, found.at(-1)?.end ?? sql.length)) {
    found.push(tokenAt(sql, at));
  }
  found.push({ kind: 'end', text: 'the end', at: sql.length, end: sql.length });
  return found;
}

function skipBlanks(sql: string, from: number): number {
  let at = from;
  for (;;) {
    if (isBlank(sql[at])) at++;
    else if (sql.startsWith('--', at)) at = endOr(sql, sql.indexOf('\n', at));
    else if (sql.startsWith('/*', at)) {
      const end = sql.indexOf('*/', at + 2);
      if (end < 0) throw errorAt(sql, at, 'LexerInvalidChar', 'The comment is not closed; end it with */.');
      at = end + 2;
    } else return at;
  }
}

const isBlank = (character: string | undefined): boolean =>
  character !== undefined && ' \t\n\r\f\v'.includes(character);
const endOr = (sql: string, at: number): number => (at < 0 ? sql.length : at);

function tokenAt(sql: string, at: number): Token {
  const character = String.fromCodePoint(sql.codePointAt(at) ?? 0);
  if (isNameStart(character)) return word(sql, at);
  if (isDigit(character) || (character === '.' && isDigit(sql[at + 1]))) return number(sql, at);
  if (character === "'") return quoted(sql, at, 'string');
  if (character === '"') return quoted(sql, at, 'quoted');
  if (character === '`') return ion(sql, at);
  const text = operators.find((operator) => sql.startsWith(operator, at));
  if (!text) throw invalidCharacter(sql, at, character);
  if (text === '==') throw errorAt(sql, at, 'ParseUnexpectedOperator', '"==" is no operator; write "=".');
  return { kind: 'operator', text, at, end: at + text.length };
}

const isAscii = (character: string): boolean => character <= '\x7f';
// For ASCII without the classes of Unicode: V8 takes half a millisecond to compile them, of the few before a first row.
const isNameStart = (character: string): boolean =>
  isAscii(character) ? /^[\w$]$/.test(character) && !isDigit(character) : /^\p{L}/u.test(character);
const isNamePart = (character: string): boolean =>
  isNameStart(character) || (isAscii(character) ? isDigit(character) : /^[\p{Nd}\p{M}]/u.test(character));
const isDigit = (character: string | undefined): boolean =>
  character !== undefined && character >= '0' && character <= '9';

function word(sql: string, at: number): Token {
  let end = at;
  while (end < sql.length) {
    const character = String.fromCodePoint(sql.codePointAt(end) as number);
    if (!isNamePart(character)) break;
    end += character.length;
  }
  const text = sql.slice(at, end);
  const upper = text.toUpperCase();
  return reservedWords.has(upper) ? { kind: 'keyword', text: upper, at, end } : { kind: 'identifier', text, at, end };
}

function number(sql: string, at: number): Token {
  let end = at;
  const digits = () => {
    while (isDigit(sql[end])) end++;
  };
  digits();
  if (sql[end] === '.') {
    end++;
    digits();
  }
  if (sql[end] === 'e' || sql[end] === 'E') {
    end++;
    if (sql[end] === '+' || sql[end] === '-') end++;
    if (!isDigit(sql[end])) throw malformedNumber(sql, at);
    digits();
  }
  const isJoined = end < sql.length && isNamePart(String.fromCodePoint(sql.codePointAt(end) as number));
  if (isJoined || sql[end] === '.') throw malformedNumber(sql, at);
  return { kind: 'number', text: sql.slice(at, end), at, end };
}

const malformedNumber = (sql: string, at: number): SqlError =>
  errorAt(
    sql,
    at,
    'LexerInvalidLiteral',
    'The number is malformed; write it as 42, 4.2 or 4.2e3. A name that starts with a digit needs double quotes.',
  );

/** A run between two of the same quote, which is doubled to stand for itself. */
function quoted(sql: string, at: number, kind: 'string' | 'quoted'): Token {
  const quote = sql[at] as string;
  for (let end = sql.indexOf(quote, at + 1); end >= 0; end = sql.indexOf(quote, end + 2)) {
    if (sql[end + 1] === quote) continue;
    const text = sql.slice(at + 1, end).replaceAll(quote + quote, quote);
    if (kind === 'quoted' && text === '') throw errorAt(sql, at, 'LexerInvalidChar', 'A quoted name cannot be empty.');
    return { kind, text, at, end: end + 1 };
  }
  const what =
    kind === 'string' ? "The text is not closed; end it with '." : 'The quoted name is not closed; end it with ".';
  throw errorAt(sql, at, 'LexerInvalidChar', what);
}

/** One Ion value between back quotes. */
function ion(sql: string, at: number): Token {
  const end = sql.indexOf('`', at + 1);
  if (end < 0) throw errorAt(sql, at, 'LexerInvalidChar', 'The Ion value is not closed; end it with `.');
  const text = sql.slice(at + 1, end);
  try {
    return { kind: 'ion', text, at, end: end + 1, value: ionValue(text) };
  } catch (error) {
    if (error instanceof IonError) throw errorAt(sql, at, error.code, error.message);
    throw error;
  }
}

function invalidCharacter(sql: string, at: number, character: string): SqlError {
  const hint = character === '!' ? ' "Not equal" is <> or !=.' : '';
  return errorAt(sql, at, 'LexerInvalidChar', `The character ${JSON.stringify(character)} has no meaning here.${hint}`);
}
