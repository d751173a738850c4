import { join } from 'node:path';
import { accountId, region } from '../template/physical-names';
import type { FunctionConfig } from '../template/stack';
import { FunctionError } from './function-error';
import type { FromInstance, InstanceConfig, ToInstance } from './messages';
import type { Thread } from './thread';

// One instance of a function: module state and an environment of its own in a thread, which answers one invocation at a time,
// as Lambda's execution environments do. The thread is ended when an invocation outlives the function's timeout; nothing
// else could stop a handler that never yields.

/** How far a function may be ahead of its client. */
const windowBytes = 512 * 1024;

/**
 * Lambda's limit for loading a function. What takes longer it loads once more, within the time of the first request; here the
 * load goes on for as long. Source: Lambda developer guide, "Understanding the execution environment lifecycle".
 */
const initTimeoutMs = 10_000;

export interface Request {
  readonly requestId: string;
  /** The event as JSON. */
  readonly payload: string;
  readonly maxResponseBytes: number;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

export class Instance {
  readonly config: FunctionConfig;
  /** When it last became idle, in `performance.now()` time. */
  idleSinceMs = 0;
  #thread: Thread;
  #tenancy: ReturnType<Thread['admit']>;
  #inbox: FromInstance[] = [];
  #wake: (() => void) | undefined;
  #ended: FunctionError | undefined;

  private constructor(
    config: FunctionConfig,
    environment: Readonly<Record<string, string>>,
    thread: Thread,
    onOutput: (text: string) => void,
  ) {
    this.config = config;
    this.#thread = thread;
    this.#tenancy = thread.admit(instanceConfig(config, environment), {
      take: (message) => {
        if (message.kind === 'output') return onOutput(message.text);
        this.#inbox.push(message);
        this.#wake?.();
      },
      end: (reason) => this.#end(reason),
    });
  }

  /** Begins an instance in a thread. `onOutput` is given what it prints; the bundle is loaded when this resolves. */
  static async start(
    config: FunctionConfig,
    environment: Readonly<Record<string, string>>,
    thread: Thread,
    onOutput: (text: string) => void,
  ): Promise<Instance> {
    const instance = new Instance(config, environment, thread, onOutput);
    const mostMs = initTimeoutMs + config.timeoutMs;
    const timer = setTimeout(() => instance.#stop(loadsTooLong(mostMs)), mostMs);
    try {
      const message = await instance.#next();
      if (message.kind !== 'broken') return instance;
      const reason = new FunctionError('crashed', `Runtime exited with error: ${message.errorMessage}`);
      instance.leave(reason);
      throw reason;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether it takes requests. */
  get isAlive(): boolean {
    return this.#ended === undefined && this.#thread.isOpen;
  }

  /**
   * Sends one request and gives the response's bytes as they come. The instance is free again when the iteration has
   * ended, also when the consumer leaves it early. Throws FunctionError.
   */
  async *invoke({ requestId, payload, maxResponseBytes, signal }: Request): AsyncGenerator<Uint8Array> {
    const { timeoutMs } = this.config;
    const timer = setTimeout(() => this.#stop(timedOut(requestId, timeoutMs)), timeoutMs);
    const cancel = () => this.#post({ kind: 'cancel' });
    let isOver = false;
    try {
      this.#post({ kind: 'invoke', payload, requestId, deadlineMs: Date.now() + timeoutMs });
      if (signal.aborted) cancel();
      signal.addEventListener('abort', cancel, { once: true });
      let sentBytes = 0;
      for (;;) {
        const message = await this.#next();
        if (message.kind === 'chunk') {
          sentBytes += message.bytes.length;
          if (sentBytes > maxResponseBytes) throw responseTooLarge(maxResponseBytes);
          yield message.bytes;
          this.#post({ kind: 'credit', bytes: message.bytes.length });
          continue;
        }
        isOver = true;
        if (message.kind === 'failed') throw failed(requestId, message);
        return;
      }
    } finally {
      signal.removeEventListener('abort', cancel);
      if (!isOver && !this.#ended) await this.#abandon();
      clearTimeout(timer);
    }
  }

  /** Ends it; its neighbours stay. */
  leave(reason = new FunctionError('crashed', 'the instance was ended')): void {
    this.#end(reason);
    this.#tenancy.leave();
  }

  /** Waits, at most for the function's timeout, until the handler has seen that nobody listens any more. */
  async #abandon(): Promise<void> {
    this.#post({ kind: 'cancel' });
    try {
      for (;;) if ((await this.#next()).kind !== 'chunk') return;
    } catch {
      // The thread has ended; whoever holds the instance sees that it is not alive.
    }
  }

  #post(message: ToInstance): void {
    this.#tenancy.post(message);
  }

  async #next(): Promise<FromInstance> {
    for (;;) {
      const message = this.#inbox.shift();
      if (message) return message;
      if (this.#ended) throw this.#ended;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Ends it where it may not listen any more: with its thread. */
  #stop(reason: FunctionError): void {
    this.#end(reason);
    this.#thread.retire();
  }

  #end(reason: FunctionError): void {
    this.#ended ??= reason;
    this.#wake?.();
  }
}

function instanceConfig(config: FunctionConfig, environment: Readonly<Record<string, string>>): InstanceConfig {
  const dot = config.handler.lastIndexOf('.');
  return {
    file: join(config.assetPath, `${config.handler.slice(0, dot)}.js`),
    exportName: config.handler.slice(dot + 1),
    functionName: config.name,
    functionArn: `arn:aws:lambda:${region}:${accountId}:function:${config.name}`,
    memoryMb: config.memoryMb,
    windowBytes,
    environment: { ...environment, ...config.environment },
  };
}

const seconds = (ms: number) => (ms / 1000).toFixed(2);

const loadsTooLong = (mostMs: number) =>
  new FunctionError('timed-out', `the function took more than ${seconds(mostMs)} seconds to load`);

const timedOut = (requestId: string, timeoutMs: number) =>
  new FunctionError('timed-out', `${requestId} Task timed out after ${seconds(timeoutMs)} seconds`);

const responseTooLarge = (maxBytes: number) =>
  new FunctionError(
    'response-too-large',
    `Response payload size exceeded maximum allowed payload size (${maxBytes} bytes)`,
  );

const failed = (requestId: string, { errorType, errorMessage }: Extract<FromInstance, { kind: 'failed' }>) =>
  new FunctionError('failed', `${requestId} ${errorType}: ${errorMessage}`);
