import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestBody } from './request-body';

// AWS JSON 1.1: every operation is a POST with a JSON body, named after the dot in `X-Amz-Target`.
// Source: Smithy, "AWS JSON 1.1 protocol".

/** An error in the service's own words: SDK clients tell errors apart by `type`, and some programs by the message. */
export class ServiceError extends Error {
  readonly type: string;

  constructor(type: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
  }
}

const json11 = 'application/x-amz-json-1.1';

/** Answers with what `work` gives, or with the ServiceError that it throws. */
export async function answer(
  response: ServerResponse,
  work: () => Promise<object> | object,
  contentType = json11,
): Promise<void> {
  const request = response.req;
  try {
    send(response, 200, await work(), contentType);
  } catch (error) {
    if (request.destroyed && !request.complete) return; // The client left while it was sending.
    sendError(response, error);
  }
}

export const operationName = ({ headers }: IncomingMessage): string =>
  String(headers['x-amz-target'] ?? '').split('.')[1] ?? '';

export const unknownOperation = (name: string): ServiceError =>
  new ServiceError('UnknownOperationException', `The operation '${name}' is not emulated.`);

/** Far above any request that is emulated. */
const maxBodyBytes = 256 * 1024;

/** Throws ServiceError SerializationException. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const body = await requestBody(request, maxBodyBytes);
  if (!body) throw new ServiceError('SerializationException', `The body has more than ${maxBodyBytes} bytes.`);
  return body;
}

/** Throws ServiceError SerializationException. */
export function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new ServiceError('SerializationException', 'The body is not JSON.', { cause: error });
  }
}

function sendError(response: ServerResponse, error: unknown): void {
  const known =
    error instanceof ServiceError
      ? error
      : new ServiceError('InternalErrorException', 'The embedded service failed.', { cause: error });
  if (known !== error) console.error(error);
  response.setHeader('x-amzn-errortype', known.type);
  if (!response.req.complete) response.shouldKeepAlive = false; // The rest of the body will not be read.
  send(response, known === error ? 400 : 500, { __type: known.type, message: known.message });
}

function send(response: ServerResponse, status: number, body: object, type = json11): void {
  response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': randomUUID() }).end(JSON.stringify(body));
}
