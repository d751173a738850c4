import type { ErrorCode } from '../../../src/errors';
import type { Answer, Ask } from './ask';
import type { Random } from './random';
import type { State } from './state';

/** What must be answered: a body whose leaves may be values, expressions that match a text, or tests; or a failure. */
export type Expected =
  | { readonly status?: number; readonly body: unknown; readonly etag?: string | RegExp | undefined }
  | { readonly code: ErrorCode };

/**
 * Something that a user may do. Its arguments are plain data that name users, files and whatever else the model knows, so
 * that a run can be repeated, and shortened.
 */
export interface Operation<Args> {
  readonly weight: number;
  /** Undefined where there is nothing to do it with. */
  readonly draw: (state: State, random: Random) => Args | undefined;
  /** Undefined where a shortened run lacks what it is about. */
  readonly send: (state: State, args: Args, ask: Ask) => Promise<Answer> | undefined;
  /**
   * Does to the model what the product must do, and gives what it must answer; one of several answers where time decides.
   * Without an answer nobody was told what only the answer says.
   */
  readonly apply: (state: State, args: Args, answer?: Answer) => Expected | readonly Expected[];
  /** What a kill in the middle may leave beside all and nothing. */
  readonly halves?: (state: State, args: Args) => readonly State[];
}

// biome-ignore lint/suspicious/noExplicitAny: each kind of operation knows its own arguments.
export type AnyOperation = Operation<any>;

export const anyTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
export const anyText = /./s;
export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
