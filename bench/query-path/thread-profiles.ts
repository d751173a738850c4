import { Session } from 'node:inspector/promises';

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { functionName: string; url: string } }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

/** Profiles the main thread, and each worker thread that runs when it begins. */
export class ThreadProfiles {
  #session = new Session();
  #workers: string[] = [];
  #waiting = new Map<number, (result: { readonly profile?: Profile }) => void>();
  #nextId = 1;

  async start(): Promise<void> {
    const session = this.#session;
    session.connect();
    session.on('NodeWorker.attachedToWorker', ({ params }) => this.#workers.push(params.sessionId));
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      const { id, result } = JSON.parse(params.message);
      this.#waiting.get(id)?.(result);
    });
    await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    for (const method of ['Profiler.enable', 'Profiler.start'] as const) {
      await session.post(method);
      for (const worker of this.#workers) await this.#ask(worker, method);
    }
  }

  /** The time that was spent in each function, ms, in the main thread and in the workers. */
  async stop(): Promise<{ readonly main: Map<string, number>; readonly workers: Map<string, number> }> {
    const main = new Map<string, number>();
    const workers = new Map<string, number>();
    add(main, (await this.#session.post('Profiler.stop')).profile);
    for (const worker of this.#workers) add(workers, (await this.#ask(worker, 'Profiler.stop')).profile);
    this.#session.disconnect();
    return { main, workers };
  }

  async #ask(sessionId: string, method: string): Promise<{ readonly profile?: Profile }> {
    const id = this.#nextId++;
    const answer = new Promise<{ readonly profile?: Profile }>((resolve) => this.#waiting.set(id, resolve));
    await this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method }) });
    return answer;
  }
}

function add(msByFunction: Map<string, number>, profile: Profile | undefined): void {
  const frames = new Map(profile?.nodes.map(({ id, callFrame }) => [id, callFrame]));
  for (const [index, id] of (profile?.samples ?? []).entries()) {
    const { functionName = '', url = '' } = frames.get(id) ?? {};
    // The second is the profiler, which waits for its threads.
    if (functionName === '(idle)' || functionName === 'dispatch') continue;
    const name = `${functionName || '(anonymous)'} ${url.split('/').slice(-2).join('/')}`.trim();
    msByFunction.set(name, (msByFunction.get(name) ?? 0) + (profile?.timeDeltas?.[index] ?? 0) / 1000);
  }
}
