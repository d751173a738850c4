import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../../test/end-to-end/server';
import type { Measured, Trial } from './client';
import { prepareWorld } from './world';

/** A prepared server with its client. */
export interface LoadedServer {
  /** Sends requests for a time. */
  readonly run: (trial: Omit<Trial, 'world'>) => Promise<Measured>;
  readonly residentBytes: () => number;
  /** Of all the server's threads, since it started. */
  readonly cpuSeconds: () => number;
  readonly stop: () => Promise<void>;
}

const ticksPerSecond = 100;

export async function startLoadedServer(): Promise<LoadedServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'datadock-load-'));
  const server = await startServer(dataDir);
  const stop = async () => {
    await server.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  };
  const world = await prepareWorld(server.url).catch(async (error: Error) => {
    await stop();
    throw error;
  });
  const client = fork(join(__dirname, 'client.ts'), { execArgv: ['--import', 'tsx'] });
  const ofProcess = (file: string) => readFileSync(`/proc/${server.pid}/${file}`, 'utf8');
  return {
    run: async (trial) => {
      client.send({ ...trial, world } satisfies Trial);
      const [message] = await once(client, 'message');
      return message as Measured;
    },
    residentBytes: () => Number(/VmRSS:\s+(\d+)/.exec(ofProcess('status'))?.[1]) * 1024,
    cpuSeconds: () => {
      const [user, system] = (ofProcess('stat').split(') ')[1] ?? '').split(' ').slice(11, 13);
      return (Number(user) + Number(system)) / ticksPerSecond;
    },
    stop: async () => {
      client.kill();
      await stop();
    },
  };
}
