import type { World } from './world';

/** What came of a request, of a queue's batch or of a command. */
export interface Answer {
  /** Of a batch that is to be delivered again, or a command that has failed: 500. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the answer began and was ended uncleanly. */
  readonly isCut: boolean;
}

/** A way through a handler. It is walked once to see its calls, then once for each fault of each call, always anew. */
export interface Scenario {
  /** The key of a row of the route table or of a worker; or `command: ...`, a command's use case. */
  readonly handler: string;
  readonly name: string;
  /** Makes what the request finds. */
  readonly prepare: (world: World) => Promise<Prepared>;
}

export interface Prepared {
  /** Sends the request: the same one each time. */
  readonly send: () => Promise<Answer>;
  /** How a client repeats it, where the same request cannot be sent again. */
  readonly repeat?: () => Promise<Answer>;
  /** What anyone can see afterwards of what the request changes. Left out where it changes nothing. */
  readonly visible?: () => Promise<unknown>;
  /** Whether to look is to do it: then nobody looks before. */
  readonly isLookingDoing?: true;
  /** The code that a repeat answers where the request had been done, though its answer was a failure. */
  readonly doneAlready?: string;
  /** Whether a condition fails only where another request has done the same already, which a made-up failure has not. */
  readonly isRefusedWhenDone?: true;
  /** Where a fault may leave a part that is whole in itself and that a repeat completes: whether it is such. */
  readonly isPart?: (seen: unknown, whole: unknown) => boolean;
}
