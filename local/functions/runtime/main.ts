import { parentPort } from 'node:worker_threads';
import type { FromInstance, FromThread, ToThread } from '../messages';
import { RunningInstance } from './running-instance';

// Runs inside a worker thread and plays Lambda's Node runtime for the instances in it. It is bundled into a single script,
// because a thread that had to load a TypeScript compiler would cost more than the functions it runs.

if (!parentPort) throw new Error('the function runtime runs in a worker thread only');
const port = parentPort;
const instances = new Map<number, RunningInstance>();

function load({ instance, config }: Extract<ToThread, { kind: 'load' }>): void {
  const post = (message: FromInstance, transfer: ArrayBuffer[] = []) =>
    port.postMessage({ ...message, instance } satisfies FromThread, transfer);
  try {
    instances.set(instance, new RunningInstance(config, post));
    post({ kind: 'ready' });
  } catch (error) {
    post({ kind: 'broken', errorMessage: error instanceof Error ? error.message : String(error) });
  }
}

port.on('message', (message: ToThread) => {
  if (message.kind === 'load') load(message);
  else if (message.kind === 'unload') instances.delete(message.instance);
  else instances.get(message.instance)?.receive(message);
});
