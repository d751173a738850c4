import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Account } from '../aws/account-store';

/**
 * What a door reads of API Gateway's proxy event. All of it may be absent, so that a test, or the console's
 * test button, can send `{ headers, body }` alone.
 */
export interface ApiEvent
  extends Partial<
    Pick<
      APIGatewayProxyEvent,
      'headers' | 'pathParameters' | 'multiValueQueryStringParameters' | 'queryStringParameters' | 'isBase64Encoded'
    >
  > {
  readonly resource?: string;
  readonly httpMethod?: string;
  readonly requestContext?: {
    readonly requestId?: string;
    readonly authorizer?: { readonly claims?: Readonly<Record<string, string>> } | null;
  };
  /** As sent, and after the body's middleware the parsed JSON or the bytes. */
  body?: unknown;
  /** Set by the caller's middleware on routes that ask who is calling. */
  account?: Account;
  /** Set by the door: aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** Headers by lower-case name; API Gateway keeps the spelling that the client chose. */
export type Headers = Readonly<Record<string, string | undefined>>;

export const headersOf = (event: ApiEvent): Headers =>
  Object.fromEntries(Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));

/** Query parameters, each a string, or an array where it was sent several times. */
export function queryOf(event: ApiEvent): Record<string, unknown> {
  const several = event.multiValueQueryStringParameters;
  if (!several) return { ...event.queryStringParameters };
  return Object.fromEntries(
    Object.entries(several).map(([name, values]) => [name, values?.length === 1 ? values[0] : values]),
  );
}
