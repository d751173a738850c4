// What passes between the main thread and the threads of functions. A response is always bytes, as it is on the wire between
// Lambda and API Gateway: JSON for a buffered answer, anything for a streamed one. An instance may be `windowBytes` ahead of
// the client, no more: each chunk spends credit, and the main thread gives it back when the chunk has been taken.

export type ToInstance =
  | { readonly kind: 'invoke'; readonly payload: string; readonly requestId: string; readonly deadlineMs: number }
  | { readonly kind: 'credit'; readonly bytes: number }
  /** The client left: the response stream is destroyed, so that what feeds it stops. */
  | { readonly kind: 'cancel' };

export type FromInstance =
  | { readonly kind: 'ready' }
  /** Its code could not be loaded. */
  | { readonly kind: 'broken'; readonly errorMessage: string }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly errorType: string; readonly errorMessage: string; readonly stack: string }
  /** What it prints. */
  | { readonly kind: 'output'; readonly text: string };

/** To a thread: to begin an instance, to forget it, or for one that is there. */
export type ToThread =
  | { readonly kind: 'load'; readonly instance: number; readonly config: InstanceConfig }
  | { readonly kind: 'unload'; readonly instance: number }
  | (ToInstance & { readonly instance: number });

export type FromThread = FromInstance & { readonly instance: number };

export interface InstanceConfig {
  /** The bundle, a CommonJS file. */
  readonly file: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly windowBytes: number;
  readonly environment: Readonly<Record<string, string>>;
}
