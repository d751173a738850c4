import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import { limits } from '../config';
import { loggable, logger, metrics } from '../log';
import type { ApiEvent } from './event';
import type { Reply } from './reply';

/** Answers an event; the signal says that nobody waits for the answer any more. */
export type Answer = (event: ApiEvent, context: Context | undefined, signal: AbortSignal) => Promise<Reply>;

export type Handler = (event: ApiEvent, context?: Context) => Promise<APIGatewayProxyResult>;

/** What Lambda's Node.js runtime puts into the global scope of a function. Elsewhere libraries may leave it half filled. */
declare const awslambda:
  | {
      streamifyResponse?(handler: (event: ApiEvent, stream: Writable, context: Context) => Promise<void>): unknown;
      readonly HttpResponseStream: {
        from(stream: Writable, prelude: { statusCode: number; headers: Readonly<Record<string, string>> }): Writable;
      };
    }
  | undefined;

/** A function whose answer is one payload. */
export const buffered =
  (answer: Answer): Handler =>
  async (event, context) => {
    const { status, headers, body } = await answer(event, context, new AbortController().signal);
    if (typeof body === 'string') return { statusCode: status, headers: { ...headers }, body };
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const isBase64Encoded = !isUtf8(bytes);
    const encoding = isBase64Encoded ? 'base64' : 'utf8';
    return { statusCode: status, headers: { ...headers }, body: bytes.toString(encoding), isBase64Encoded };
  };

/** A function whose answer is streamed. Outside Lambda's runtime, in a unit test, it answers with one payload. */
export function streamed(answer: Answer): Handler {
  const runtime = typeof awslambda === 'undefined' ? undefined : awslambda;
  if (!runtime?.streamifyResponse) return buffered(answer);
  const handler = runtime.streamifyResponse(async (event, responseStream, context) => {
    const abandoned = new AbortController();
    responseStream.once('close', () => abandoned.abort());
    const { status, headers, body } = await answer(event, context, abandoned.signal);
    const stream = runtime.HttpResponseStream.from(responseStream, { statusCode: status, headers });
    // A stream that ends before its first write sends neither status nor headers.
    stream.write('');
    try {
      if (typeof body === 'string') stream.write(body);
      else await send(body, stream, abandoned.signal);
      stream.end();
    } catch (error) {
      // Status and part of the body are gone: all that can be done is to end the answer uncleanly.
      if (abandoned.signal.aborted) return;
      logger.error('answer cut', { request_id: headers['x-request-id'], error: loggable(error) });
      metrics.addMetric('AnswerCut', 'Count', 1);
      metrics.publishStoredMetrics();
      // The runtime logs whatever a function throws, with its message: one of the query's may hold a field of the file.
      throw new Error('the answer was cut');
    }
  });
  return handler as Handler;
}

async function send(body: AsyncIterable<Uint8Array>, stream: Writable, abandoned: AbortSignal): Promise<void> {
  let sentBytes = 0;
  for await (const chunk of body) {
    sentBytes += chunk.length;
    if (sentBytes > limits.streamBytes) throw new Error(`the answer is longer than ${limits.streamBytes} bytes`);
    if (!stream.write(chunk)) await once(stream, 'drain', { signal: abandoned });
  }
}
