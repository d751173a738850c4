import { Worker } from 'node:worker_threads';
import { FunctionError } from './function-error';
import type { FromInstance, FromThread, InstanceConfig, ToInstance, ToThread } from './messages';

// A worker thread and the instances in it. A thread for each instance would take 18 MB of which 13 are the thread's. The price
// is that they share a fate: where one ends the thread, by process.exit or because nothing else could stop it, the requests
// of its neighbours fail.

/** What an instance does with what its thread brings. */
export interface Tenant {
  readonly take: (message: FromInstance) => void;
  readonly end: (reason: FunctionError) => void;
}

/** How long the neighbours of an instance that must be stopped may take to finish. */
const graceMs = 1000;

export class Thread {
  #worker: Worker;
  #tenants = new Map<number, Tenant>();
  #nextTenant = 0;
  #isOpen = true;
  #hasEnded = false;

  /**
   * Starts with the runtime's script. `environment` is what all functions have in common; `memoryMb` bounds what all of its
   * instances keep.
   */
  constructor(script: string, environment: Readonly<Record<string, string>>, memoryMb: number) {
    this.#worker = new Worker(script, {
      eval: true,
      env: environment,
      // The runtime's way to let bundles import what Node brings is said to be experimental in Node 20.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    this.#worker.on('message', ({ instance, ...message }: FromThread) => this.#tenants.get(instance)?.take(message));
    this.#worker.on('error', (error) => this.#close(`Runtime exited with error: ${error.message}`));
    this.#worker.on('exit', (code) => {
      this.#close(`Runtime exited with code ${code}`);
      this.#hasEnded = true;
    });
    this.#worker.unref();
  }

  /** Whether it takes instances and requests. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** How many instances it has. */
  get size(): number {
    return this.#tenants.size;
  }

  /** Begins an instance, which says `ready` when its code is loaded. Gives the way to it. */
  admit(config: InstanceConfig, tenant: Tenant) {
    const instance = this.#nextTenant++;
    this.#tenants.set(instance, tenant);
    this.#post({ kind: 'load', instance, config });
    return {
      post: (message: ToInstance) => this.#post({ ...message, instance }),
      /** Forgets the instance; without any the thread ends. */
      leave: () => {
        if (!this.#tenants.delete(instance)) return;
        this.#post({ kind: 'unload', instance });
        if (this.#tenants.size === 0) void this.terminate();
      },
    };
  }

  /** Takes nothing new, gives what is under way a moment, and ends. */
  retire(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    setTimeout(() => void this.terminate(), graceMs).unref();
  }

  async terminate(): Promise<void> {
    this.#isOpen = false;
    await this.#worker.terminate();
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #close(reason: string): void {
    this.#isOpen = false;
    const tenants = [...this.#tenants.values()];
    this.#tenants.clear();
    for (const { end } of tenants) end(new FunctionError('crashed', reason));
  }
}
