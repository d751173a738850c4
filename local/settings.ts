import { resolve } from 'node:path';
import { StartError } from './start-error';

export interface Settings {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** Absolute. Everything that must survive a restart lies in it. */
  readonly dataDir: string;
  /** The stack's context `queryEngine`, which checks it. */
  readonly queryEngine?: string;
}

/** Reads PORT (3000), HOST (127.0.0.1), DATA_DIR (.data) and QUERY_ENGINE (builtin). */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const port = environment['PORT'] || '3000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new StartError(`PORT is '${port}'; it is a number from 0 (any free port) to 65535, for example PORT=3001`);
  }
  return {
    port: Number(port),
    host: environment['HOST'] || '127.0.0.1',
    dataDir: resolve(environment['DATA_DIR'] || '.data'),
    queryEngine: environment['QUERY_ENGINE'] || 'builtin',
  };
}
