import { randomUUID } from 'node:crypto';
import { finished } from 'node:stream/promises';
import type { SQSBatchResponse } from 'aws-lambda';
import { awslambda, isStreaming, ResponseStream } from '../../local/functions/runtime/response-stream';
import type { ApiEvent } from '../../src/api/event';
import { AppError } from '../../src/errors';
import type { Answer } from './scenario';

type Handler = (event: object) => Promise<unknown>;

/** The door of a key, loaded as Lambda's runtime loads it: with the stream that answers may be written to. */
function handlerOf(key: string): Handler {
  Object.assign(globalThis, { awslambda });
  return (require(`../../lambdas/${key}`) as { readonly handler: Handler }).handler;
}

/** Sends a request to the function of a route. Rejects where the function does: a caller would get no problem document. */
export async function invoke(key: string, event: ApiEvent): Promise<Answer> {
  const handler = handlerOf(key);
  const whole = { ...event, requestContext: { requestId: randomUUID(), ...event.requestContext } };
  if (isStreaming(handler as object)) return stream(handler, whole);
  const { statusCode, headers, body, isBase64Encoded } = (await handler(whole)) as {
    readonly statusCode: number;
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly isBase64Encoded?: boolean;
  };
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('latin1') : body;
  return { status: statusCode, headers, body: text, isCut: false };
}

async function stream(handler: object, event: ApiEvent): Promise<Answer> {
  if (!isStreaming(handler)) throw new Error('the handler does not stream');
  const chunks: Uint8Array[] = [];
  const response = new ResponseStream(async (bytes) => void chunks.push(Uint8Array.from(bytes)));
  const written = finished(response);
  written.catch(() => {}); // Heard below, unless the handler fails first.
  let isCut = false;
  try {
    await handler(event, response, {});
    await written;
  } catch (error) {
    response.destroy();
    if (chunks.length === 0) throw error;
    isCut = true;
  }
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf(Buffer.alloc(8));
  const { statusCode, headers } = JSON.parse(bytes.subarray(0, end).toString());
  return { status: statusCode, headers, body: bytes.subarray(end + 8).toString(), isCut };
}

/** Delivers a message to a worker, which may ask for it again. */
export async function deliver(key: string, messageId: string, body: string): Promise<Answer> {
  const record = { messageId, body, attributes: { ApproximateReceiveCount: '1' } };
  const { batchItemFailures } = (await handlerOf(key)({ Records: [record] })) as SQSBatchResponse;
  const isFailed = batchItemFailures.some(({ itemIdentifier }) => itemIdentifier === messageId);
  return { status: isFailed ? 500 : 200, headers: {}, body: JSON.stringify(batchItemFailures), isCut: false };
}

/** Does what a command does. */
export async function runCommand(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { status: 200, headers: {}, body: JSON.stringify((await work()) ?? null), isCut: false };
  } catch (error) {
    const { code = '', details = {} } = error instanceof AppError ? error : {};
    const { retryAfterSeconds } = details;
    const headers: Record<string, string> =
      retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
    return { status: 500, headers, body: JSON.stringify({ code }), isCut: false };
  }
}
