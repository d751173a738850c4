import type * as z from 'zod';
import type { Need } from '../config';
import type { ErrorCode } from '../errors';
import type { AnswerHeader } from './answer-headers';

/**
 * Who may call: anyone; anyone, but a token that is sent must be good (guest); a signed-in user with an active account; or one
 * of these in the group `admin`.
 */
export type Access = 'admin' | 'guest' | 'open' | 'user';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';

/** A JSON answer by its schema, bytes that are streamed in one of the media types, or nothing but headers. */
export type ReplyShape =
  | { readonly kind: 'headers' }
  | { readonly kind: 'json'; readonly schema: z.ZodType }
  | { readonly kind: 'stream'; readonly mediaTypes: readonly string[] };

/** A body that the door hands on as it is: a form with a field `file`, or the bytes themselves in one of the types. */
export interface BytesBody {
  readonly kind: 'bytes';
  readonly mediaTypes: readonly string[];
  /** Of a form: its fields beside the file. */
  readonly fields?: z.ZodType;
}

/** A request and its answer as a reader of the documents meets them; the Postman collection sends it. */
export interface Example {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  /** JSON, or text. */
  readonly body?: unknown;
  /** JSON, or text; nothing where the answer is headers only. */
  readonly reply?: unknown;
}

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
  /** What headers are for that the route heeds beside those of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The schema of a JSON body, or bytes. */
  readonly body?: z.ZodType | BytesBody;
  readonly reply: ReplyShape;
  /** The headers of a success, beside those of every answer. */
  readonly replyHeaders?: readonly AnswerHeader[];
  /** The codes of this route alone: `errorsOf` adds those of its kind. */
  readonly errors: readonly ErrorCode[];
  readonly example: Example;
}

/** Declares a row, and keeps its schemas' types for the door. */
export const route = <const Row extends Route>(row: Row): Row => row;

export const bytes = (...mediaTypes: string[]): BytesBody => ({ kind: 'bytes', mediaTypes });
/** A form with a field `file`, and these. */
export const form = (fields: z.ZodType): BytesBody => ({ ...bytes('multipart/form-data'), fields });
export const isBytes = (body: Route['body']): body is BytesBody => body !== undefined && 'mediaTypes' in body;

export const headersOnly: ReplyShape = { kind: 'headers' };
export const json = (schema: z.ZodType): ReplyShape => ({ kind: 'json', schema });
export const stream = (...mediaTypes: string[]): ReplyShape => ({ kind: 'stream', mediaTypes });

/** What a row's function needs altogether: a route that asks who is calling reads the account. */
export const needsOf = ({ access, needs }: Pick<Route, 'access' | 'needs'>): readonly Need[] =>
  access === 'open'
    ? needs
    : [...new Set<Need>([...(access === 'guest' ? (['tokens:verify'] as const) : []), 'accounts:read', ...needs])];

/** Whether API Gateway lets a request through without a token. */
export const isOpenAtGateway = (access: Access): boolean => access === 'open' || access === 'guest';

/** Every code that a route may answer with; a query's may also be one of S3 Select's. */
export const errorsOf = ({ access, body, errors }: Pick<Route, 'access' | 'body' | 'errors'>): readonly ErrorCode[] => [
  ...errors,
  ...(access === 'open' ? [] : (['Unauthenticated', 'AccountInactive'] as const)),
  ...(access === 'admin' ? (['AdminOnly'] as const) : []),
  ...(body === undefined || isBytes(body) ? [] : (['InvalidJson', 'UnsupportedMediaType'] as const)),
  // A parameter that is not known, a request that API Gateway cannot read or take, and what may befall any request.
  'ValidationFailed',
  'PayloadTooLarge',
  'TooManyRequests',
  'ConfigurationError',
  'InternalError',
];
