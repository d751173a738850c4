import type { FunctionConfig } from '../template/stack';
import { FunctionError } from './function-error';
import type { FunctionLog } from './function-log';
import { Instance } from './instance';

// Keeps the instances of all functions and gives each request one that is free: an idle instance of its function, or a
// new one, or a place in the queue. Lambda would keep a hundred environments warm; one laptop process does not, so the
// least recently used idle instances are ended when there are more than a few, and all of them after a minute.

/** Source: Lambda quotas, "Invocation payload", and "Response streaming": the two limits on what a function answers. */
const maxPayloadBytes = 6 * 1024 * 1024;
const maxStreamBytes = 200 * 1024 * 1024;

/** An instance with a bundle of ours takes about 20 MB: the process is to stay under 500 MB. */
const maxInstancesPerFunction = 10;
const maxInstances = 20;
const maxIdleInstances = 12;
const maxWaiting = 500;
const idleMs = 60_000;

export interface Invocation {
  readonly requestId: string;
  /** The event as JSON, at most 6 MB. */
  readonly payload: string;
  /** `buffered` answers have at most 6 MB, `stream` ones 200 MB. */
  readonly mode: 'buffered' | 'stream';
  readonly signal: AbortSignal;
}

interface Waiting {
  readonly config: FunctionConfig;
  readonly refuse: (reason: FunctionError) => void;
  readonly take: (instance: Instance | Promise<Instance>) => void;
}

export class Functions {
  #configs: ReadonlyMap<string, FunctionConfig>;
  #environment: Readonly<Record<string, string>>;
  #log: FunctionLog;
  #idle: Instance[] = [];
  #waiting: Waiting[] = [];
  /** Instances that run or are being started, by function name. */
  #counts = new Map<string, number>();
  #count = 0;
  #running = new Set<Instance>();
  #isClosed = false;
  #sweeper: NodeJS.Timeout;

  /** `environment` is what every function gets beside its own variables. */
  constructor(configs: readonly FunctionConfig[], environment: Readonly<Record<string, string>>, log: FunctionLog) {
    this.#configs = new Map(configs.map((config) => [config.name, config]));
    this.#environment = environment;
    this.#log = log;
    this.#sweeper = setInterval(() => this.#endIdle(performance.now() - idleMs), idleMs / 4).unref();
  }

  /** Runs one invocation and gives the response's bytes as they come. Throws FunctionError. */
  async *invoke(functionName: string, { requestId, payload, mode, signal }: Invocation): AsyncGenerator<Uint8Array> {
    const config = this.#configs.get(functionName);
    if (!config) throw new Error(`the template has no function ${functionName}`);
    if (Buffer.byteLength(payload) > maxPayloadBytes) {
      throw new FunctionError('request-too-large', `the event is larger than ${maxPayloadBytes} bytes`);
    }
    const maxResponseBytes = mode === 'stream' ? maxStreamBytes : maxPayloadBytes;
    try {
      const instance = await this.#acquire(config, signal);
      try {
        yield* instance.invoke({ requestId, payload, maxResponseBytes, signal });
      } finally {
        this.#release(instance);
      }
    } catch (error) {
      if (error instanceof FunctionError) this.#log.write(functionName, error.message);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    for (const { refuse } of this.#waiting.splice(0)) refuse(new FunctionError('failed', 'the server is closing'));
    await Promise.all(Array.from(this.#running, (instance) => instance.terminate()));
  }

  async #acquire(config: FunctionConfig, signal: AbortSignal): Promise<Instance> {
    if (this.#waiting.length >= maxWaiting) {
      throw new FunctionError('throttled', `${maxWaiting} requests wait for a free instance already`);
    }
    return new Promise<Instance>((resolve, reject) => {
      const waiting: Waiting = {
        config,
        refuse: reject,
        take: (free) => {
          signal.removeEventListener('abort', leave);
          resolve(free);
        },
      };
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(new FunctionError('failed', 'the client left before its turn'));
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
      this.#serveWaiting();
    });
  }

  /** Serves, first come first served, everyone who can be: a request for a busy function does not hold up the others. */
  #serveWaiting(): void {
    for (const dead of this.#idle.filter((instance) => !instance.isAlive)) this.#forget(dead);
    this.#idle = this.#idle.filter((instance) => instance.isAlive);
    this.#waiting = this.#waiting.filter(({ config, take }) => {
      const idle = this.#idle.findLast((instance) => instance.config === config);
      if (idle) {
        this.#idle.splice(this.#idle.indexOf(idle), 1);
        take(idle);
        return false;
      }
      if ((this.#counts.get(config.name) ?? 0) >= maxInstancesPerFunction) return true;
      if (this.#count >= maxInstances && !this.#endLeastRecentlyUsed()) return true;
      take(this.#start(config));
      return false;
    });
  }

  async #start(config: FunctionConfig): Promise<Instance> {
    this.#add(config, 1);
    try {
      const environment = { ...this.#environment, ...lambdaVariables(config) };
      const instance = await Instance.start(config, environment, (output) => this.#log.follow(config.name, output));
      this.#running.add(instance);
      if (this.#isClosed) await instance.terminate();
      return instance;
    } catch (error) {
      this.#add(config, -1);
      this.#serveWaiting();
      throw error;
    }
  }

  #release(instance: Instance): void {
    if (instance.isAlive) {
      instance.idleSinceMs = performance.now();
      this.#idle.push(instance);
    } else {
      this.#forget(instance);
    }
    this.#serveWaiting();
    while (this.#idle.length > maxIdleInstances) this.#endLeastRecentlyUsed();
  }

  /** The idle list is in the order in which the instances became idle. */
  #endLeastRecentlyUsed(): boolean {
    const instance = this.#idle.shift();
    if (!instance) return false;
    this.#forget(instance);
    void instance.terminate();
    return true;
  }

  #endIdle(beforeMs: number): void {
    while (this.#idle[0] && this.#idle[0].idleSinceMs < beforeMs) this.#endLeastRecentlyUsed();
  }

  #forget(instance: Instance): void {
    this.#running.delete(instance);
    this.#add(instance.config, -1);
  }

  #add(config: FunctionConfig, change: number): void {
    this.#counts.set(config.name, (this.#counts.get(config.name) ?? 0) + change);
    this.#count += change;
  }
}

/** What Lambda defines for every function. Source: Lambda developer guide, "Defined runtime environment variables". */
function lambdaVariables({ name, handler, memoryMb, assetPath }: FunctionConfig): Readonly<Record<string, string>> {
  return {
    _HANDLER: handler,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: assetPath,
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
  };
}
