import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SqlError } from '../../../src/engine/index';
import { type EmbeddedService, listen } from '../service';
import type { Sessions } from '../sessions';
import { checkAccess } from './access';
import { addCorsHeaders, preflight } from './cors';
import { S3Error } from './errors';
import { sendXml } from './exchange';
import type { Publish } from './notifications';
import { operationOf } from './operations';
import { isFormUpload, postObject } from './post-object';
import { readRequest } from './request';
import { type Authority, authenticate } from './signature';
import { Store } from './store';
import { element } from './xml';

/*
 * S3 on the wire, over node:http and the file system: the AWS SDK works against it unchanged, with path-style addresses.
 *
 * A request goes through four hands. `request.ts` reads it; `signature.ts` believes it or not; `operations.ts` finds what
 * it asks for; that operation streams bytes between the connection and a bucket's folder, which `bucket.ts` keeps such
 * that an acknowledged write survives a crash and any other leaves nothing.
 *
 * There is one account and one region. What is not emulated is refused with S3's own NotImplemented.
 */

/** A connection on which nothing moves, in either direction, is cut after this long. */
const idleTimeoutMs = 120_000;

/** Starts S3 on the buckets kept in a folder, which is created if need be. No other process may use the folder. */
export async function startS3({
  dir,
  credentials,
  sessions,
  region,
  now = Date.now,
  publish = async (queueArn) => {
    throw new Error(`there is no queue ${queueArn}`);
  },
}: {
  readonly dir: string;
  readonly credentials: Authority['credentials'];
  /** Honours their tokens. @default none */
  readonly sessions?: Sessions;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Hands notifications to queues. @default there is none */
  readonly publish?: Publish;
}): Promise<EmbeddedService> {
  const store = await Store.open(dir, { region, publish });
  const underWay = new Set<Promise<void>>();

  const listener = (message: IncomingMessage, response: ServerResponse) => {
    const answered = answer(message, response, store, { credentials, sessions, region, now }).finally(() =>
      underWay.delete(answered),
    );
    underWay.add(answered);
  };
  // A large body may take as long as it moves: what is bounded is standing still.
  const server = createServer({ requestTimeout: 0 }, listener).setTimeout(idleTimeoutMs);
  // So that a body which will be refused is never sent; `payload.ts` asks for those that will be read.
  server.on('checkContinue', listener);

  const service = await listen(server);
  return {
    url: service.url,
    async close() {
      await service.close();
      await Promise.all(underWay);
      store.close();
    },
  };
}

async function answer(message: IncomingMessage, response: ServerResponse, store: Store, authority: Authority) {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  response.setHeader('x-amz-request-id', requestId);
  try {
    const request = readRequest(message);
    const { region, now } = authority;
    if (request.method === 'OPTIONS') {
      preflight({ request, response, store });
      return;
    }
    addCorsHeaders({ request, response, store });
    if (isFormUpload(request)) {
      await postObject({ request, response, store, region, now }, authority);
      return;
    }
    const authenticated = authenticate(request, authority);
    checkAccess({ request, store }, authenticated.session, authority.sessions);
    await operationOf(request)({ request, authenticated, response, store, region, now });
  } catch (error) {
    if (hasLeft(message, response)) return;
    const isKnown = error instanceof S3Error || error instanceof SqlError;
    const known = isKnown ? error : new S3Error('InternalError', { cause: error });
    if (!isKnown) console.error(error);
    // An answer that has begun can only be cut off.
    if (response.headersSent) response.destroy();
    else sendError(message, response, known, requestId);
  }
}

/** Whether the client went away before it had sent or received everything. */
const hasLeft = (message: IncomingMessage, response: ServerResponse): boolean =>
  response.destroyed || response.closed || (message.destroyed && !message.complete);

/** The codes of S3 Select, those of SqlError, are all of status 400. */
function sendError(
  message: IncomingMessage,
  response: ServerResponse,
  error: S3Error | SqlError,
  requestId: string,
): void {
  const {
    status,
    headers,
    detail: details,
  } = error instanceof S3Error ? error : { status: 400, headers: {}, detail: {} };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (!message.complete) {
    // The body is read past, so that the client, which may still be sending, gets to the answer. One that waits to be
    // asked for its body will not send it on this connection.
    if (message.headers.expect !== undefined) response.shouldKeepAlive = false;
    message.resume();
  }
  if (message.method === 'HEAD' || status === 304) {
    response.writeHead(status).end();
    return;
  }
  const detail = Object.entries(details).map(([name, value]) => element(name, value));
  const elements = [
    element('Code', error.code),
    element('Message', error.message),
    ...detail,
    element('Resource', message.url?.split('?')[0] ?? ''),
    element('RequestId', requestId),
  ];
  sendXml({ response }, status, `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', elements)}`);
}
