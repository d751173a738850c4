import type { ServerResponse } from 'node:http';
import type { FaultKind } from './faults';

/** Longer than anyone waits. */
const heldMs = 120_000;
const dripMs = 1_000;
const retryAfterSeconds = 1;

/** Answers a request in the way in which it is to fail. `good` is what it would have answered. */
export function answerWithFault(fault: FaultKind, response: ServerResponse, good: string): void {
  const json = { 'content-type': 'application/json' };
  switch (fault) {
    case 'status-500':
      response
        .writeHead(500, json)
        .end('{"errors":[{"errorType":"InternalFailure","message":"a fault that was asked for"}]}');
      return;
    case 'too-many-requests':
      response
        .writeHead(429, { ...json, 'retry-after': String(retryAfterSeconds) })
        .end('{"errors":[{"message":"Rate exceeded"}]}');
      return;
    case 'errors':
      response
        .writeHead(200, json)
        .end('{"data":null,"errors":[{"errorType":"InternalFailure","message":"a fault that was asked for"}]}');
      return;
    case 'truncated':
      response.writeHead(200, json).end(good.slice(0, Math.floor(good.length / 2)));
      return;
    case 'time-out':
      hold(response);
      return;
    case 'slow':
      response.writeHead(200, json);
      drip(response, good);
      hold(response);
  }
}

/** Says nothing more, and hangs up in the end. */
function hold(response: ServerResponse): void {
  const timer = setTimeout(() => response.destroy(), heldMs).unref();
  response.once('close', () => clearTimeout(timer));
}

/** A byte at a time, which is longer than anyone waits for the whole. */
function drip(response: ServerResponse, text: string): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < text.length - 1) response.write(text[sent]);
    sent += 1;
  }, dripMs).unref();
  response.once('close', () => clearInterval(timer));
}
