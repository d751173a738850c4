import { finished } from 'node:stream/promises';
import type { FromInstance, InstanceConfig, ToInstance } from '../messages';
import { loadBundle } from './load-bundle';
import { isStreaming, ResponseStream } from './response-stream';

/** Larger writes are cut, so that a chunk on the way is never much more than the credit. */
const maxChunkBytes = 256 * 1024;

type Post = (message: FromInstance, transfer?: ArrayBuffer[]) => void;
type Invocation = Extract<ToInstance, { kind: 'invoke' }>;
type LambdaHandler = (...args: unknown[]) => unknown;

/** An instance inside its thread. */
export class RunningInstance {
  #config: InstanceConfig;
  #post: Post;
  #handler: LambdaHandler;
  #creditBytes = 0;
  #onCredit: (() => void) | undefined;
  #current: ResponseStream | undefined;

  /** Loads the bundle. Throws what the bundle throws. */
  constructor(config: InstanceConfig, post: Post) {
    this.#config = config;
    this.#post = post;
    const { file, exportName, environment } = config;
    const handler = loadBundle(file, environment, (text) => post({ kind: 'output', text }))[exportName];
    if (typeof handler !== 'function') throw new Error(`${exportName} is undefined or not a function`);
    this.#handler = handler as LambdaHandler;
  }

  receive(message: ToInstance): void {
    switch (message.kind) {
      case 'invoke':
        void this.#invoke(message);
        return;
      case 'credit':
        this.#creditBytes += message.bytes;
        break;
      case 'cancel':
        this.#current?.destroy();
        break;
    }
    this.#onCredit?.();
  }

  async #invoke(message: Invocation): Promise<void> {
    this.#creditBytes = this.#config.windowBytes;
    const stream: ResponseStream = new ResponseStream((bytes) => this.#send(bytes, stream));
    this.#current = stream;
    const handler = this.#handler;
    try {
      const event: unknown = JSON.parse(message.payload);
      if (isStreaming(handler)) {
        const written = finished(stream);
        written.catch(() => {}); // Heard below, unless the handler fails first.
        await handler(event, stream, this.#contextOf(message));
        await written;
      } else {
        stream.end(JSON.stringify((await handler(event, this.#contextOf(message))) ?? null));
        await finished(stream);
      }
      this.#post({ kind: 'end' });
    } catch (error) {
      stream.destroy();
      const { name, message: text, stack } = error instanceof Error ? error : new Error(String(error));
      this.#post({ kind: 'failed', errorType: name, errorMessage: text, stack: stack ?? text });
    } finally {
      this.#current = undefined;
    }
  }

  /**
   * Sends bytes to the main thread, waiting for credit. They are copied: the handler may reuse its buffer. A write that still
   * waits when its own stream is gone must not go on: its bytes would be taken for those of the invocation that follows.
   */
  async #send(bytes: Uint8Array, stream: ResponseStream): Promise<void> {
    for (let start = 0; start < bytes.length; start += maxChunkBytes) {
      while (this.#creditBytes <= 0) {
        await new Promise<void>((resolve) => {
          this.#onCredit = resolve;
        });
        if (stream.destroyed) throw new Error('the client has left');
      }
      const chunk = new Uint8Array(bytes.subarray(start, start + maxChunkBytes));
      this.#creditBytes -= chunk.length;
      this.#post({ kind: 'chunk', bytes: chunk }, [chunk.buffer]);
    }
  }

  #contextOf({ requestId, deadlineMs }: Invocation) {
    const { functionName, functionArn, memoryMb } = this.#config;
    return {
      callbackWaitsForEmptyEventLoop: true,
      functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: functionArn,
      memoryLimitInMB: String(memoryMb),
      awsRequestId: requestId,
      logGroupName: `/aws/lambda/${functionName}`,
      logStreamName: 'local',
      getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    };
  }
}
