import { Writable } from 'node:stream';

// Lambda's response stream and the `awslambda` global that its Node runtime offers to handlers. Kept with its traps, so
// that a handler which works here works there: `HttpResponseStream.from` only remembers status and headers, which are sent
// in front of the first write. A stream that ends without a write sends neither.
// Source: github.com/aws/aws-lambda-nodejs-runtime-interface-client, src/HttpResponseStream.js and src/ResponseStream.js.

/** Between the metadata and the body. */
const delimiter = new Uint8Array(8);

export class ResponseStream extends Writable {
  #send: (bytes: Uint8Array) => Promise<void>;
  #prelude: string | undefined;

  /** `send` resolves when the next chunk may follow. */
  constructor(send: (bytes: Uint8Array) => Promise<void>) {
    super({ highWaterMark: 64 * 1024 });
    this.#send = send;
  }

  /** Part of Lambda's interface. The gateway takes the content type from the metadata. */
  setContentType(_contentType: string): void {}

  setPrelude(metadata: unknown): void {
    this.#prelude = JSON.stringify(metadata);
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#writeInOrder(chunk).then(() => done(), done);
  }

  async #writeInOrder(chunk: Uint8Array): Promise<void> {
    if (this.#prelude !== undefined) {
      const metadata = Buffer.from(this.#prelude);
      this.#prelude = undefined;
      await this.#send(Buffer.concat([metadata, delimiter]));
    }
    if (chunk.length > 0) await this.#send(chunk);
  }
}

type StreamingHandler = (event: unknown, stream: ResponseStream, context: unknown) => Promise<unknown>;

const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');

export function isStreaming(handler: object): handler is StreamingHandler {
  return streaming in handler;
}

/** What Lambda's Node runtime defines as `globalThis.awslambda`. */
export const awslambda = {
  streamifyResponse: (handler: StreamingHandler) => Object.assign(handler, { [streaming]: 'response' }),
  HttpResponseStream: {
    from: (stream: ResponseStream, metadata: unknown): ResponseStream => {
      stream.setPrelude(metadata);
      return stream;
    },
  },
};
