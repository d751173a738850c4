import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Settings } from './settings';
import { StartError } from './start-error';

export interface PublicServer {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /**
   * Hands over the requests, also those that came since the port was taken. What is no HTTP that can be read is answered
   * with the text of `malformed`.
   */
  serve(listener: RequestListener, malformed: () => string): void;
  /** Stops accepting, gives requests in flight a few seconds, then ends their connections. */
  close(): Promise<void>;
}

const graceMs = 3_000;

/**
 * Takes the port on which people reach the cloud. It is taken before anything else is started or written, so that a
 * second `npm start` changes nothing; requests wait until there is someone to serve them.
 * Throws StartError where the port or the host cannot be had.
 */
export async function takePort({ port, host }: Pick<Settings, 'port' | 'host'>): Promise<PublicServer> {
  let handOver: (listener: RequestListener) => void = () => {};
  const listener = new Promise<RequestListener>((resolve) => {
    handOver = resolve;
  });
  const server = createServer(async (request, response) => (await listener)(request, response));
  await listen(server, port, host);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${reachable(host)}:${taken}`,
    serve(listener, malformed) {
      server.on('clientError', (_error, socket) => {
        if (socket.writable) socket.end(malformed());
        else socket.destroy();
      });
      handOver(listener);
    },
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** How a URL on this machine names the host: one that stands for every address cannot be connected to everywhere. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new StartError(explain(error, port, host))));
    server.listen(port, host, resolve);
  });
}

function explain({ code, message }: NodeJS.ErrnoException, port: number, host: string): string {
  if (code === 'EADDRINUSE') {
    return `port ${port} is taken; stop what uses it or run PORT=${port < 65_535 ? port + 1 : 3000} npm start`;
  }
  if (code === 'EACCES') return `port ${port} needs privileges; run PORT=3000 npm start`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `HOST is '${host}', which is not an address of this machine; run HOST=127.0.0.1 npm start`;
  }
  return `port ${port} of ${host} cannot be opened: ${message}`;
}
