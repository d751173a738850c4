import { resolve } from 'node:path';
import { StartError } from './start-error';

export interface Settings {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** Absolute. Everything that must survive a restart lies in it. */
  readonly dataDir: string;
  /** `off` leaves the messages of new maps on their queue. */
  readonly mapWorker: 'on' | 'off';
}

/** Reads PORT (3000), HOST (127.0.0.1), DATA_DIR (.data) and MAP_WORKER (on). */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const port = environment['PORT'] || '3000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new StartError(`PORT is '${port}'; it is a number from 0 (any free port) to 65535, for example PORT=3001`);
  }
  const mapWorker = environment['MAP_WORKER'] || 'on';
  if (mapWorker !== 'on' && mapWorker !== 'off') {
    throw new StartError(`MAP_WORKER is '${mapWorker}'; it is on or off, for example MAP_WORKER=off`);
  }
  return {
    port: Number(port),
    host: environment['HOST'] || '127.0.0.1',
    dataDir: resolve(environment['DATA_DIR'] || '.data'),
    mapWorker,
  };
}
