import type { IncomingMessage } from 'node:http';
import { GatewayError } from './gateway-responses';

/** Source: API Gateway quotas for REST APIs, "Payload size". */
const maxBodyBytes = 10 * 1024 * 1024;

const maxDroppedBytes = 100 * 1024 * 1024;

/** Reads a request's body of at most 10 MB. Throws GatewayError REQUEST_TOO_LARGE, with the rest unread. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of read(request)) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new GatewayError('REQUEST_TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Reads what is left of a body, at most 100 MB, and drops it: most clients send all of a body before they look at the
 * answer, and would see a broken connection in its place. Server.requestTimeout bounds the wait.
 */
export async function dropBody(request: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of read(request)) {
    bytes += chunk.length;
    if (bytes > maxDroppedBytes) return;
  }
}

/** An early end of the iteration leaves the connection open, which the answer still needs. */
const read = (request: IncomingMessage): AsyncIterable<Buffer> => request.iterator({ destroyOnReturn: false });
