import { finished } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerConfig } from '../messages';
import { awslambda, isStreaming, ResponseStream } from './response-stream';

// Runs inside a worker thread and plays Lambda's Node runtime: loads one bundle, then answers one invocation at a time.
// It is bundled into a single script, because a thread that had to load a TypeScript compiler would cost more than the
// function it runs.

if (!parentPort) throw new Error('the function runtime runs in a worker thread only');
const port = parentPort;
const config = workerData as WorkerConfig;

/** Larger writes are cut, so that a chunk on the way is never much more than the credit. */
const maxChunkBytes = 256 * 1024;

let creditBytes = 0;
let onCredit: (() => void) | undefined;
let current: ResponseStream | undefined;

const post = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

/** Sends bytes to the main thread, waiting for credit. They are copied: the handler may reuse its buffer. */
async function send(bytes: Uint8Array): Promise<void> {
  for (let start = 0; start < bytes.length; start += maxChunkBytes) {
    while (creditBytes <= 0) {
      await new Promise<void>((resolve) => {
        onCredit = resolve;
      });
      if (current?.destroyed) throw new Error('the client has left');
    }
    const chunk = new Uint8Array(bytes.subarray(start, start + maxChunkBytes));
    creditBytes -= chunk.length;
    post({ kind: 'chunk', bytes: chunk }, [chunk.buffer]);
  }
}

function contextOf({ requestId, deadlineMs }: Extract<ToWorker, { kind: 'invoke' }>) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: config.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: config.functionArn,
    memoryLimitInMB: String(config.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${config.functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

async function invoke(handler: (...args: unknown[]) => unknown, message: Extract<ToWorker, { kind: 'invoke' }>) {
  creditBytes = config.windowBytes;
  const stream = new ResponseStream(send);
  current = stream;
  try {
    const event: unknown = JSON.parse(message.payload);
    if (isStreaming(handler)) {
      const written = finished(stream);
      written.catch(() => {}); // Heard below, unless the handler fails first.
      await handler(event, stream, contextOf(message));
      await written;
    } else {
      stream.end(JSON.stringify((await handler(event, contextOf(message))) ?? null));
      await finished(stream);
    }
    post({ kind: 'end' });
  } catch (error) {
    stream.destroy();
    const { name, message: text, stack } = error instanceof Error ? error : new Error(String(error));
    post({ kind: 'failed', errorType: name, errorMessage: text, stack: stack ?? text });
  } finally {
    current = undefined;
  }
}

Object.assign(globalThis, { awslambda });
const bundle = require(config.file) as Record<string, unknown>;
const handler = bundle[config.exportName];
if (typeof handler !== 'function') throw new Error(`${config.exportName} is undefined or not a function`);

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'invoke':
      void invoke(handler as (...args: unknown[]) => unknown, message);
      return;
    case 'credit':
      creditBytes += message.bytes;
      break;
    case 'cancel':
      current?.destroy();
      break;
  }
  onCredit?.();
});
post({ kind: 'ready' });
