import * as z from 'zod';
import { invalidParameter } from './errors';

// Source: API reference, ListUsers: `Limit` is 0 to 60. That 0 means 60, as leaving it out does, is a guess.
const maxLimit = 60;
export const limit = z.number().int().min(0).max(maxLimit).optional();
export const pageToken = z.string().min(1).max(131_072).optional();

export interface Page<T> {
  readonly items: readonly T[];
  /** What asks for the next page. @default this one is the last */
  readonly next?: string;
}

interface Asked {
  /** Names the list and what it is a list of: a token is good for no other. */
  readonly list: string;
  readonly limit: number | undefined;
  readonly token: string | undefined;
}

/**
 * Cuts a page out of a list in the order of its keys, of which no two are the same. The token holds the last key, so that
 * what is added or removed between two pages makes nothing else appear twice or not at all.
 * Throws CognitoError InvalidParameterException for the token of another list.
 */
export function pageOf<T>(items: Iterable<T>, keyOf: (item: T) => string, { list, limit, token }: Asked): Page<T> {
  const after = token === undefined ? undefined : readToken(token, list);
  const rest = [...items]
    .filter((item) => after === undefined || keyOf(item) > after)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const page = rest.slice(0, limit || maxLimit);
  const last = page.at(-1);
  if (last === undefined || page.length === rest.length) return { items: page };
  return { items: page, next: Buffer.from(JSON.stringify([list, keyOf(last)])).toString('base64url') };
}

function readToken(token: string, list: string): string {
  const [tokenList, after] = decoded(token);
  if (tokenList !== list || typeof after !== 'string') throw invalidParameter('Invalid pagination token.');
  return after;
}

function decoded(token: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
