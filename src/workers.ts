import type { Need } from './config';

/** A function that a queue calls. */
export interface Worker {
  /** The file of its door: `lambdas/<key>.ts`. */
  readonly key: string;
  readonly needs: readonly Need[];
}

/** Processes maps: takes the messages that S3 sends when a map's file is there. */
export const processMapsWorker = {
  key: 'workers/process-maps',
  needs: ['maps:download', 'maps:find', 'maps:update'],
} as const satisfies Worker;

/** Ends maps whose processing was tried in vain: takes the dead letters of that queue. */
export const giveUpMapsWorker = {
  key: 'workers/give-up-maps',
  needs: ['maps:download', 'maps:find', 'maps:remove', 'maps:update'],
} as const satisfies Worker;

/** Every function without a route. */
export const workers: readonly Worker[] = [processMapsWorker, giveUpMapsWorker];
