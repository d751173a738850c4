import type { ServerResponse } from 'node:http';
import type { S3Request } from './request';
import type { Authenticated } from './signature';
import type { Store } from './store';

/** An authenticated request, its answer, and what an operation needs to get from one to the other. */
export interface Exchange {
  readonly request: S3Request;
  readonly authenticated: Authenticated;
  readonly response: ServerResponse;
  readonly store: Store;
  readonly region: string;
  /** Milliseconds since 1970. */
  now(): number;
}

/** Answers an exchange, or throws S3Error before the answer has begun. */
export type Operation = (exchange: Exchange) => Promise<void> | void;

export function sendXml(
  { response }: Pick<Exchange, 'response'>,
  status: number,
  document: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(document);
  response
    .writeHead(status, { ...headers, 'content-type': 'application/xml', 'content-length': body.length })
    .end(body);
}
