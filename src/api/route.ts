import type * as z from 'zod';
import type { Need } from '../config';

/** Who may call: anyone, or a signed-in user with an active account. */
export type Access = 'open' | 'user';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';

/** A JSON answer by its schema, bytes that are streamed in one of the media types, or nothing but headers. */
export type ReplyShape =
  | { readonly kind: 'headers' }
  | { readonly kind: 'json'; readonly schema: z.ZodType }
  | { readonly kind: 'stream'; readonly mediaTypes: readonly string[] };

/** One row of the route table: everything that the stack, the door and the documents need to know about a route. */
export interface Route {
  /** The file of its door: `lambdas/<key>.ts`. */
  readonly key: string;
  readonly method: Method;
  /** Below `/api/v1`, with parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly needs: readonly Need[];
  readonly pathParameters?: z.ZodType;
  readonly queryParameters?: z.ZodType;
  /** The schema of a JSON body, or `bytes` for a body of any type that the door hands on as it is. */
  readonly body?: z.ZodType | 'bytes';
  readonly reply: ReplyShape;
}

/** Declares a row, and keeps its schemas' types for the door. */
export const route = <const Row extends Route>(row: Row): Row => row;

export const headers: ReplyShape = { kind: 'headers' };
export const json = (schema: z.ZodType): ReplyShape => ({ kind: 'json', schema });
export const stream = (...mediaTypes: string[]): ReplyShape => ({ kind: 'stream', mediaTypes });

/** What a row's function needs altogether: a route that asks who is calling reads the account. */
export const needsOf = ({ access, needs }: Pick<Route, 'access' | 'needs'>): readonly Need[] =>
  access === 'open' ? needs : [...new Set<Need>(['accounts:read', ...needs])];
