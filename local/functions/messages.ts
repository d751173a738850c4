// What passes between the main thread and a function's worker thread. A response is always bytes, as it is on the wire
// between Lambda and API Gateway: JSON for a buffered answer, anything for a streamed one. The worker may be `windowBytes`
// ahead of the client, no more: each chunk spends credit, and the main thread gives it back when the chunk has been taken.

export type ToWorker =
  | { readonly kind: 'invoke'; readonly payload: string; readonly requestId: string; readonly deadlineMs: number }
  | { readonly kind: 'credit'; readonly bytes: number }
  /** The client left: the response stream is destroyed, so that what feeds it stops. */
  | { readonly kind: 'cancel' };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly errorType: string; readonly errorMessage: string; readonly stack: string };

/** Given to the worker when it starts. */
export interface WorkerConfig {
  /** The bundle, a CommonJS file. */
  readonly file: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly windowBytes: number;
}
