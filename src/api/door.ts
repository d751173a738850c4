import { randomUUID } from 'node:crypto';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { type Account, dynamoAccountStore } from '../aws/account-store';
import { cognitoTokenVerifier } from '../aws/token-verifier';
import { setting, settingsOfNeed } from '../config';
import { loggable, logger } from '../log';
import { bytesBody, jsonBody } from './body';
import { caller, guest } from './caller';
import { corsHeaders } from './cors';
import { type ApiEvent, type Headers, headersOf, queryOf } from './event';
import { problemReply } from './problem';
import type { Reply } from './reply';
import { type Answer, buffered, type Handler, streamed } from './response';
import { isBytes, needsOf, type Route } from './route';
import { validated } from './validation';

type Output<Row, Field extends string> =
  Row extends Record<Field, infer Schema> ? (Schema extends z.ZodType ? z.output<Schema> : Buffer) : undefined;

/** A request that has passed the door: each part is of the type that the route's row declares. */
export interface Call<Row extends Route> {
  readonly user: Row['access'] extends 'admin' | 'user'
    ? Account
    : Row['access'] extends 'guest'
      ? Account | undefined
      : undefined;
  readonly path: Output<Row, 'pathParameters'>;
  readonly query: Output<Row, 'queryParameters'>;
  readonly body: Output<Row, 'body'>;
  readonly headers: Headers;
  /** Aborted when the client has left, where the runtime tells. */
  readonly signal: AbortSignal;
}

type Serve<Row extends Route> = (call: Call<Row>) => Reply | Promise<Reply>;

/**
 * The Lambda function of a route. Before `serve` is called the caller is known and path, query and body are what the
 * row says; whatever is thrown becomes a problem document; every answer carries its request id and CORS headers.
 */
export function door<const Row extends Route>(row: Row, serve: Serve<Row>): Handler {
  const enter = middy<ApiEvent, Reply>();
  enter.use(configured(row));
  if (row.access === 'guest') enter.use(guest(cognitoTokenVerifier, dynamoAccountStore));
  else if (row.access !== 'open') enter.use(caller(dynamoAccountStore, row.access));
  if (row.body) enter.use(isBytes(row.body) ? bytesBody() : jsonBody());
  enter.handler(async (event) => serve(callOf(row, event)));

  const answer = answerTo(row.key, (event) => enter(event, {} as Context));
  return row.reply.kind === 'stream' ? streamed(answer) : buffered(answer);
}

/** A function that lacks a setting fails before it has done anything. Throws AppError ConfigurationError. */
const configured = (row: Route): MiddlewareObj<ApiEvent> => ({
  before: () => {
    for (const need of needsOf(row)) settingsOfNeed[need].forEach(setting);
  },
});

const noParameters = z.strictObject({});

const callOf = <const Row extends Route>(row: Row, event: ApiEvent): Call<Row> =>
  ({
    user: event.account,
    path: row.pathParameters && validated(row.pathParameters, event.pathParameters ?? {}, 'path'),
    query: validated(row.queryParameters ?? noParameters, queryOf(event), 'query'),
    body: row.body === undefined || isBytes(row.body) ? event.body : validated(row.body, event.body, 'body'),
    headers: headersOf(event),
    signal: event.signal,
  }) as Call<Row>;

/** Makes an answer of whatever `serve` returns or throws, and logs one line about it. */
export function answerTo(key: string, serve: (event: ApiEvent) => Promise<Reply>): Answer {
  return async (event, context, signal) => {
    const startedMs = Date.now();
    const requestId = event.requestContext?.requestId ?? context?.awsRequestId ?? randomUUID();
    const reply = await serve({ ...event, signal }).catch((error: unknown) => failed(error, requestId, signal));
    logger.info('request', {
      route: key,
      status: reply.status,
      code: reply.code,
      duration_ms: Date.now() - startedMs,
      request_id: requestId,
    });
    const cors = corsHeaders(headersOf(event)['origin']);
    return { ...reply, headers: { ...cors, ...reply.headers, 'x-request-id': requestId } };
  };
}

function failed(error: unknown, requestId: string, { aborted: isAbandoned }: AbortSignal): Reply {
  const reply = problemReply(error, requestId);
  if (reply.status >= 500 && !isAbandoned)
    logger.error('request failed', { request_id: requestId, error: loggable(error) });
  return reply;
}
