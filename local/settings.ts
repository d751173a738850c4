import { resolve } from 'node:path';
import type { FaultSettings } from './graphql/faults';
import { StartError } from './start-error';

export interface Settings {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** Absolute. Everything that must survive a restart lies in it. */
  readonly dataDir: string;
  /** `off` leaves the messages of new maps on their queue. */
  readonly mapWorker: 'on' | 'off';
  /** @default builtin */
  readonly queryEngine?: 'builtin' | 's3select';
  /** How the GraphQL API is made to fail. @default never */
  readonly graphqlFaults?: FaultSettings;
}

/**
 * Reads PORT (3000), HOST (127.0.0.1), DATA_DIR (.data), MAP_WORKER (on), QUERY_ENGINE (builtin), GRAPHQL_FAULT_RATE (0)
 * and GRAPHQL_FAULT_SEED (1).
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const port = environment['PORT'] || '3000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new StartError(`PORT is '${port}'; it is a number from 0 (any free port) to 65535, for example PORT=3001`);
  }
  const mapWorker = environment['MAP_WORKER'] || 'on';
  if (mapWorker !== 'on' && mapWorker !== 'off') {
    throw new StartError(`MAP_WORKER is '${mapWorker}'; it is on or off, for example MAP_WORKER=off`);
  }
  const queryEngine = environment['QUERY_ENGINE'] || 'builtin';
  if (queryEngine !== 'builtin' && queryEngine !== 's3select') {
    throw new StartError(`QUERY_ENGINE is '${queryEngine}'; it is builtin or s3select`);
  }
  const graphqlFaults = readFaults(environment);
  return {
    port: Number(port),
    host: environment['HOST'] || '127.0.0.1',
    dataDir: resolve(environment['DATA_DIR'] || '.data'),
    mapWorker,
    queryEngine,
    ...(graphqlFaults && { graphqlFaults }),
  };
}

function readFaults(environment: NodeJS.ProcessEnv): FaultSettings | undefined {
  const rate = environment['GRAPHQL_FAULT_RATE'] || '0';
  const seed = environment['GRAPHQL_FAULT_SEED'] || '1';
  if (!/^(0(\.\d+)?|1(\.0+)?)$/.test(rate)) {
    throw new StartError(
      `GRAPHQL_FAULT_RATE is '${rate}'; it is a number from 0 to 1, for example GRAPHQL_FAULT_RATE=0.3`,
    );
  }
  if (!/^\d{1,9}$/.test(seed)) {
    throw new StartError(`GRAPHQL_FAULT_SEED is '${seed}'; it is a whole number, for example GRAPHQL_FAULT_SEED=7`);
  }
  return Number(rate) === 0 ? undefined : { rate: Number(rate), seed: Number(seed) };
}
