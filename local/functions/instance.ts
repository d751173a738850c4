import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { accountId, region } from '../template/physical-names';
import type { FunctionConfig } from '../template/stack';
import { FunctionError } from './function-error';
import type { FromWorker, ToWorker, WorkerConfig } from './messages';
import { runtimeScript } from './runtime-script';

// One instance of a function: a worker thread with its own module state, environment and heap, which answers one
// invocation at a time, as Lambda's execution environments do. The thread is ended when an invocation outlives the
// function's timeout; nothing else could stop a handler that never yields.

/** How far a function may be ahead of its client. */
const windowBytes = 512 * 1024;

/** Lambda's limit for loading a function. Source: Lambda developer guide, "Understanding the execution environment lifecycle". */
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
  #worker: Worker;
  #inbox: FromWorker[] = [];
  #wake: (() => void) | undefined;
  #ended: FunctionError | undefined;

  private constructor(config: FunctionConfig, worker: Worker) {
    this.config = config;
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => {
      this.#inbox.push(message);
      this.#wake?.();
    });
    worker.on('error', (error) =>
      this.#end(new FunctionError('crashed', `Runtime exited with error: ${error.message}`)),
    );
    worker.on('exit', (code) => this.#end(new FunctionError('crashed', `Runtime exited with code ${code}`)));
    worker.unref();
  }

  /** Starts the thread. `onOutput` is given what the function prints; the bundle is loaded when `ready` resolves. */
  static async start(
    config: FunctionConfig,
    environment: Readonly<Record<string, string>>,
    onOutput: (output: Readable) => void,
  ): Promise<Instance> {
    const dot = config.handler.lastIndexOf('.');
    const workerConfig: WorkerConfig = {
      file: join(config.assetPath, `${config.handler.slice(0, dot)}.js`),
      exportName: config.handler.slice(dot + 1),
      functionName: config.name,
      functionArn: `arn:aws:lambda:${region}:${accountId}:function:${config.name}`,
      memoryMb: config.memoryMb,
      windowBytes,
    };
    const worker = new Worker(await runtimeScript(), {
      eval: true,
      workerData: workerConfig,
      env: { ...environment, ...config.environment },
      execArgv: [],
      stdout: true,
      stderr: true,
      // The young generation is kept small because there are many threads: V8 would let each grow to 48 MB.
      resourceLimits: { maxOldGenerationSizeMb: config.memoryMb, maxYoungGenerationSizeMb: 8 },
    });
    onOutput(worker.stdout);
    onOutput(worker.stderr);
    const instance = new Instance(config, worker);
    const timer = setTimeout(() => instance.#end(initTimeout()), initTimeoutMs);
    try {
      await instance.#next();
      return instance;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether the thread still runs. */
  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  /**
   * Sends one request and gives the response's bytes as they come. The instance is free again when the iteration has
   * ended, also when the consumer leaves it early. Throws FunctionError.
   */
  async *invoke({ requestId, payload, maxResponseBytes, signal }: Request): AsyncGenerator<Uint8Array> {
    const { timeoutMs } = this.config;
    const timer = setTimeout(() => this.#end(timedOut(requestId, timeoutMs)), timeoutMs);
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
      if (!isOver && this.isAlive) await this.#abandon();
      clearTimeout(timer);
    }
  }

  async terminate(): Promise<void> {
    this.#end(new FunctionError('crashed', 'the instance was ended'));
    await this.#worker.terminate();
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

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  async #next(): Promise<FromWorker> {
    for (;;) {
      const message = this.#inbox.shift();
      if (message) return message;
      if (this.#ended) throw this.#ended;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #end(reason: FunctionError): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#wake?.();
    void this.#worker.terminate();
  }
}

const seconds = (ms: number) => (ms / 1000).toFixed(2);

const initTimeout = () =>
  new FunctionError('timed-out', `the function took more than ${seconds(initTimeoutMs)} seconds to load`);

const timedOut = (requestId: string, timeoutMs: number) =>
  new FunctionError('timed-out', `${requestId} Task timed out after ${seconds(timeoutMs)} seconds`);

const responseTooLarge = (maxBytes: number) =>
  new FunctionError(
    'response-too-large',
    `Response payload size exceeded maximum allowed payload size (${maxBytes} bytes)`,
  );

const failed = (requestId: string, { errorType, errorMessage }: Extract<FromWorker, { kind: 'failed' }>) =>
  new FunctionError('failed', `${requestId} ${errorType}: ${errorMessage}`);
