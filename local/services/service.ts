import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { keepAliveTimeoutMs } from './keep-alive';

/** An embedded service, listening. */
export interface EmbeddedService {
  /** Where an SDK client finds it: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Ends open connections and resolves once the port is free. */
  close(): Promise<void>;
}

/** Listens on a free port of the loopback address, which makes the S3 client choose path-style addresses by itself. */
export async function listen(server: Server | RequestListener): Promise<EmbeddedService> {
  const http = typeof server === 'function' ? createServer(server) : server;
  http.keepAliveTimeout = keepAliveTimeoutMs;
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(0, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        http.close((error) => (error ? reject(error) : resolve()));
        http.closeAllConnections();
      }),
  };
}
