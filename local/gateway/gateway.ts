import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { FunctionError } from '../functions/function-error';
import type { Invocation } from '../functions/functions';
import type { ApiConfig } from '../template/api';
import type { Authorize } from './authorizer';
import { createEvent, isBinary } from './event';
import { type ErrorContext, GatewayError, renderGatewayResponse } from './gateway-responses';
import { readBuffered, readStreamed } from './proxy-response';
import { dropBody, readBody } from './read-body';
import { readTarget } from './request-target';
import { createRouter, type Match } from './routing';

// API Gateway's REST API in front of the functions: finds the method, asks the authorizer, builds the proxy event, invokes
// the function and writes its answer. Whatever goes wrong on the way is answered with the template's own GatewayResponses,
// as it would be on AWS, so that a client sees one form of error.

export interface GatewayParts {
  readonly api: ApiConfig;
  readonly authorize: Authorize;
  readonly invoke: (functionName: string, invocation: Invocation) => AsyncGenerator<Uint8Array>;
  /** Told what neither the answer nor the function's own log tells: why an answer could not be used. */
  readonly onFault: (functionName: string, message: string) => void;
}

/** Makes the gateway's request listener. */
export function createGateway(parts: GatewayParts): RequestListener {
  const route = createRouter(parts.api.methods);
  return (request, response) => {
    handle(parts, route, request, response).catch((error: unknown) => {
      // A fault of ours ends one connection, not the server.
      parts.onFault('gateway', describe(error));
      response.destroy();
    });
  };
}

/** The whole answer, as text, to what cannot be read as HTTP: no request reaches the gateway. */
export function malformedAnswer({ stage, gatewayResponses }: ApiConfig): string {
  const refusal = new GatewayError('BAD_REQUEST_PARAMETERS');
  const context = { requestId: randomUUID(), stage, path: '', resourcePath: '', http: { method: '', headers: {} } };
  const { status, headers, body } = renderGatewayResponse(refusal, gatewayResponses, context);
  const lines = Object.entries({ ...headers, connection: 'close', 'content-length': Buffer.byteLength(body) });
  return [`HTTP/1.1 ${status} Bad Request`, ...lines.map(([name, value]) => `${name}: ${value}`), '', body].join(
    '\r\n',
  );
}

type Route = ReturnType<typeof createRouter>;

async function handle(parts: GatewayParts, route: Route, http: IncomingMessage, response: ServerResponse) {
  const requestId = randomUUID();
  const { stage, gatewayResponses } = parts.api;
  let path = http.url ?? '/';
  let match: Match | undefined;
  response.setHeader('x-amzn-requestid', requestId);
  response.on('error', () => {}); // The client left; the signal below says so to those who work for it.
  try {
    const url = readTarget(http);
    path = url.pathname;
    const isInStage = path.startsWith(`/${stage}/`);
    match = isInStage ? route(http.method ?? '', path.slice(stage.length + 1)) : undefined;
    if (!match) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN');
    const { method } = match;
    const claims = method.authorizer && (await parts.authorize(http.headers.authorization, method.authorizer));
    const event = encodeEvent(parts.api, {
      http,
      url,
      path: path.slice(stage.length + 1),
      match,
      body: await readBody(http),
      requestId,
      receivedAt: new Date(),
      ...(claims && { claims }),
    });
    await integrate(parts, match, event, requestId, http, response);
  } catch (error) {
    const context = { requestId, stage, path, resourcePath: match?.method.resourcePath ?? '', http };
    if (http.errored) return; // The client left while it was sending.
    const refusal = asGatewayError(error);
    if (!isTold(error)) parts.onFault(match?.method.functionName ?? 'gateway', `${requestId} ${describe(error)}`);
    await dropBody(http).catch(() => {}); // A client that leaves now needs no answer.
    refuse(refusal, gatewayResponses, context, response);
  }
}

/** Invokes the method's function and writes its answer. Throws only as long as nothing has been written. */
async function integrate(
  { api, invoke, onFault }: GatewayParts,
  { method }: Match,
  payload: string,
  requestId: string,
  http: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { functionName, timeoutMs, streaming } = method;
  const gone = new AbortController();
  const timeout = timeLimit(timeoutMs);
  response.on('close', () => gone.abort());
  const mode = streaming ? 'stream' : 'buffered';
  const signal = AbortSignal.any([gone.signal, timeout.signal]);
  const chunks = invoke(functionName, { requestId, payload, mode, signal });
  try {
    if (streaming) {
      const { status, headers, body } = await timeout.race(readStreamed(chunks));
      response.writeHead(status, headers);
      response.flushHeaders();
      await pipeline(body, response, { signal: timeout.signal }).catch((error: unknown) => {
        // After the first byte an error can only cut the stream.
        if (!gone.signal.aborted && !isTold(error)) onFault(functionName, `${requestId} ${describe(error)}`);
        response.destroy();
      });
      return;
    }
    const { status, headers, body, isBase64Encoded } = readBuffered(await timeout.race(collect(chunks)));
    const decode = isBase64Encoded && isBinary(http.headers.accept ?? '*/*', api.binaryMediaTypes);
    const bytes = Buffer.from(body, decode ? 'base64' : 'utf8');
    // What the function says of the length holds where there is no body to measure. A guess: API Gateway does not say.
    const length = http.method === 'HEAD' || status === 304 ? {} : { 'content-length': bytes.length };
    response.writeHead(status, { ...headers, ...length }).end(bytes);
  } finally {
    timeout.clear();
    chunks.return(undefined).catch(() => {}); // Frees the function where its answer has not been taken to the end.
  }
}

/** What the client is told of an error: only a refusal says more than that something failed. */
function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const reason = error instanceof FunctionError ? error.reason : undefined;
  if (reason === 'throttled') return new GatewayError('THROTTLED');
  if (reason === 'request-too-large') return new GatewayError('REQUEST_TOO_LARGE');
  return new GatewayError('DEFAULT_5XX');
}

/** Whether somebody knows of an error already: the client of a refusal, the function's log of its failure. */
const isTold = (error: unknown) => error instanceof GatewayError || error instanceof FunctionError;

/** A time limit whose signal tells the function that its answer is no longer waited for. */
function timeLimit(timeoutMs: number) {
  const controller = new AbortController();
  const expired = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(new GatewayError('INTEGRATION_TIMEOUT')), { once: true });
  });
  expired.catch(() => {});
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  return {
    signal: controller.signal,
    race: <T>(promise: Promise<T>): Promise<T> => {
      promise.catch(() => {}); // Heard by the race, unless the time is up first.
      return Promise.race([promise, expired]);
    },
    clear: () => clearTimeout(timer),
  };
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function encodeEvent(api: ApiConfig, request: Parameters<typeof createEvent>[1]): string {
  try {
    return JSON.stringify(createEvent(api, request));
  } catch (error) {
    throw error instanceof URIError ? new GatewayError('BAD_REQUEST_PARAMETERS') : error;
  }
}

function refuse(
  error: GatewayError,
  responses: ApiConfig['gatewayResponses'],
  context: ErrorContext & { readonly http: IncomingMessage },
  response: ServerResponse,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { status, headers, body } = renderGatewayResponse(error, responses, context);
  const connection = context.http.complete ? {} : { connection: 'close' };
  response.writeHead(status, { ...headers, ...connection, 'content-length': Buffer.byteLength(body) }).end(body);
}

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error));
