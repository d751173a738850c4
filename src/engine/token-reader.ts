import type { Token } from './lexer';
import { errorAt, type SqlError } from './sql-error';

/** Walks over the tokens of a query, and makes the errors that point at them. */
export class TokenReader {
  readonly sql: string;
  #tokens: readonly Token[];
  #position = 0;

  constructor(sql: string, tokens: readonly Token[]) {
    this.sql = sql;
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.#position] as Token;
  }

  /** The token after the current one. */
  get next(): Token {
    return this.peek(1);
  }

  /** The token so many after the current one; beyond the last it is the last. */
  peek(distance: number): Token {
    return (this.#tokens[this.#position + distance] ?? this.#tokens.at(-1)) as Token;
  }

  take(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.#position++;
    return token;
  }

  isKeyword(...words: readonly string[]): boolean {
    return this.current.kind === 'keyword' && words.includes(this.current.text);
  }

  isOperator(text: string): boolean {
    return this.current.kind === 'operator' && this.current.text === text;
  }

  takeKeyword(word: string): boolean {
    const isThere = this.isKeyword(word);
    if (isThere) this.take();
    return isThere;
  }

  takeOperator(text: string): boolean {
    const isThere = this.isOperator(text);
    if (isThere) this.take();
    return isThere;
  }

  expectOperator(text: string, code: string, where: string): void {
    if (!this.takeOperator(text)) throw this.error(code, `Expected "${text}" ${where}, but found ${this.found()}.`);
  }

  /** An error at a token, the current one unless another is given. */
  error(code: string, message: string, token: Token = this.current): SqlError {
    return errorAt(this.sql, token.at, code, message);
  }

  errorAt(offset: number, code: string, message: string): SqlError {
    return errorAt(this.sql, offset, code, message);
  }

  /** The current token in the words of a message. */
  found(): string {
    const { kind, at, end } = this.current;
    return kind === 'end' ? 'the end of the query' : shown(this.sql.slice(at, end));
  }
}

const shown = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}...` : text);
