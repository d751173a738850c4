import type { FunctionConfig } from '../template/stack';
import { FunctionError } from './function-error';
import type { FunctionLog } from './function-log';
import { Instance } from './instance';
import { runtimeScript } from './runtime-script';
import { Thread } from './thread';

// Keeps the instances of all functions and gives each request one that is free: an idle instance of its function, or a
// new one, or a place in the queue. Lambda would keep a hundred environments warm, each by itself; one laptop process does
// not. The first few instances have a thread each, further ones share these; idle ones are ended where others need their
// place, and all of them after a minute.

/** Source: Lambda quotas, "Invocation payload", and "Response streaming": the two limits on what a function answers. */
const maxPayloadBytes = 6 * 1024 * 1024;
const maxStreamBytes = 200 * 1024 * 1024;

/** A thread takes 13 MB, an instance in it 5 and its garbage: the process is to stay under 500 MB. */
const maxThreads = 4;
const maxInstancesPerFunction = 10;
const maxInstances = 26;
/**
 * Loading code takes 60 ms of a core. More at a time would keep busy the cores that the instances need to become free: under a
 * load that is a little too high, nothing but loading would be done.
 */
const maxStarting = 2;
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

/**
 * How long a request waits for a busy instance of its function before another is begun: as long as loading one took the last
 * time, within these bounds. An instance that works is free sooner than a new one is loaded, and on cores that are all busy, new
 * ones would only take from those that work.
 */
const minPatienceMs = 50;
const maxPatienceMs = 2_000;
/** Times this patience, where an instance of another function must be ended to make room. */
const patienceWithoutRoom = 20;

interface Waiting {
  readonly config: FunctionConfig;
  /** Since when an instance might have served it, in `performance.now()` time. */
  sinceMs: number;
  readonly refuse: (reason: unknown) => void;
  readonly take: (instance: Instance) => void;
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
  /** How long the last instance took to load. */
  #loadMs = 0;
  /** The functions of which an instance is being started. */
  #starting: FunctionConfig[] = [];
  #nextLook: NodeJS.Timeout | undefined;
  /** Those that have not ended, some of which take nothing new. */
  #threads: Thread[] = [];
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
    clearTimeout(this.#nextLook);
    for (const { refuse } of this.#waiting.splice(0)) refuse(new FunctionError('failed', 'the server is closing'));
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  async #acquire(config: FunctionConfig, signal: AbortSignal): Promise<Instance> {
    if (this.#waiting.length >= maxWaiting) {
      throw new FunctionError('throttled', `${maxWaiting} requests wait for a free instance already`);
    }
    return new Promise<Instance>((resolve, reject) => {
      const waiting: Waiting = {
        config,
        sinceMs: performance.now(),
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
      if (!idle) return true;
      this.#idle.splice(this.#idle.indexOf(idle), 1);
      take(idle);
      return false;
    });
    for (const waiting of this.#waiting) if (this.#needsAnother(waiting)) void this.#start(waiting.config);
    if (this.#waiting.length > 0 && !this.#isClosed)
      this.#nextLook ??= setTimeout(() => this.#lookAgain(), minPatienceMs);
  }

  #lookAgain(): void {
    this.#nextLook = undefined;
    this.#serveWaiting();
  }

  /** Whether an instance is to be begun for a request. Ends another where there would be too many. */
  #needsAnother({ config, sinceMs }: Waiting): boolean {
    if (this.#starting.length >= maxStarting || this.#starting.includes(config)) return false;
    const count = this.#counts.get(config.name) ?? 0;
    const waitedMs = performance.now() - sinceMs;
    const patienceMs = Math.min(Math.max(minPatienceMs, this.#loadMs), maxPatienceMs);
    if (count >= maxInstancesPerFunction || (count > 0 && waitedMs < patienceMs)) return false;
    if (this.#count < maxInstances) return true;
    return (count === 0 || waitedMs >= patienceWithoutRoom * patienceMs) && this.#endSpare();
  }

  /** Begins an instance, which serves whoever waits for one by then. */
  async #start(config: FunctionConfig): Promise<void> {
    this.#add(config, 1);
    this.#starting.push(config);
    try {
      const script = await runtimeScript();
      if (this.#isClosed) throw new FunctionError('failed', 'the server is closing');
      const environment = { ...this.#environment, ...lambdaVariables(config) };
      const print = (text: string) => this.#log.print(config.name, text);
      const beganMs = performance.now();
      const instance = await Instance.start(config, environment, this.#threadWithRoom(script), print);
      instance.idleSinceMs = performance.now();
      this.#loadMs = instance.idleSinceMs - beganMs;
      this.#idle.push(instance);
      // Those that came meanwhile have a busy instance only now.
      for (const waiting of this.#waiting) if (waiting.config === config) waiting.sinceMs = instance.idleSinceMs;
    } catch (error) {
      this.#add(config, -1);
      const index = this.#waiting.findIndex((waiting) => waiting.config === config);
      for (const { refuse } of this.#waiting.splice(index, index < 0 ? 0 : 1)) refuse(error);
    } finally {
      this.#starting.splice(this.#starting.indexOf(config), 1);
      this.#serveWaiting();
    }
  }

  /** A new thread while there are few, then the one with the fewest instances. */
  #threadWithRoom(script: string): Thread {
    this.#threads = this.#threads.filter((thread) => !thread.hasEnded);
    const open = this.#threads.filter((thread) => thread.isOpen);
    const [emptiest] = open.sort((a, b) => a.size - b.size);
    if (emptiest && open.length >= maxThreads) return emptiest;
    const memoryMb = Math.max(...Array.from(this.#configs.values(), (config) => config.memoryMb));
    const thread = new Thread(script, this.#environment, memoryMb);
    this.#threads.push(thread);
    return thread;
  }

  #release(instance: Instance): void {
    if (instance.isAlive) {
      instance.idleSinceMs = performance.now();
      this.#idle.push(instance);
    } else {
      this.#forget(instance);
    }
    this.#serveWaiting();
  }

  /** Ends the least recently used idle instance, of those that are not the only one of their function if there are such. */
  #endSpare(): boolean {
    const isSpare = ({ config }: Instance) => (this.#counts.get(config.name) ?? 0) > 1;
    const instance = this.#idle.find(isSpare) ?? this.#idle[0];
    if (instance) this.#end(instance);
    return instance !== undefined;
  }

  #end(instance: Instance): void {
    this.#idle.splice(this.#idle.indexOf(instance), 1);
    this.#forget(instance);
    instance.leave();
  }

  /** The idle list is in the order in which the instances became idle. */
  #endIdle(beforeMs: number): void {
    while (this.#idle[0] && this.#idle[0].idleSinceMs < beforeMs) this.#end(this.#idle[0]);
  }

  #forget(instance: Instance): void {
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
