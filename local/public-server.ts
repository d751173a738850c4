import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { keepAliveTimeoutMs } from './services/keep-alive';
import type { Settings } from './settings';
import { StartError } from './start-error';

export interface PublicServer {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /**
   * Hands over the requests, also those that came since the port was taken. What is no HTTP that can be read, or asks what
   * nobody here can do, is answered with the text of `malformed`.
   */
  serve(listener: RequestListener, malformed: () => string): void;
  /** Stops accepting, gives requests in flight a few seconds, then ends their connections. */
  close(): Promise<void>;
}

interface Handlers {
  readonly listener: RequestListener;
  readonly malformed: () => string;
}

/** Source: RFC 9112, sections 2.3 and 3.2: a version, and from 1.1 on a host. */
const isComplete = ({ httpVersion, httpVersionMajor, headers }: IncomingMessage): boolean =>
  httpVersionMajor >= 1 && (httpVersion === '1.0' || headers.host !== undefined);

const graceMs = 3_000;

/**
 * Takes the port on which people reach the cloud. It is taken before anything else is started or written, so that a
 * second `npm start` changes nothing; requests wait until there is someone to serve them.
 * Throws StartError where the port or the host cannot be had.
 */
export async function takePort({ port, host }: Pick<Settings, 'port' | 'host'>): Promise<PublicServer> {
  let handOver: (handlers: Handlers) => void = () => {};
  const handlers = new Promise<Handlers>((resolve) => {
    handOver = resolve;
  });
  const answers = new WeakMap<Duplex, ServerResponse>();
  const refused = new WeakSet<Duplex>();
  const refuse = async (socket: Duplex, method = '') => {
    // What follows is no request either. It is read: a client that is still sending would see a broken connection in
    // place of the answer. Source: RFC 9112, section 9.6.
    if (refused.has(socket)) return;
    refused.add(socket);
    const lingering = setTimeout(() => socket.destroy(), graceMs).unref();
    socket.once('close', () => clearTimeout(lingering));
    const { malformed } = await handlers;
    const text = method === 'HEAD' ? malformed().replace(/\r\n\r\n.*/s, '\r\n\r\n') : malformed();
    const answer = answers.get(socket);
    // Amid another answer the text would be taken for a part of it.
    const isAmid = answer?.headersSent && !answer.writableFinished;
    if (socket.writable && !isAmid) socket.end(text);
    else socket.destroy();
  };
  // Node itself would refuse a request without a host, or with an expectation, in a form of its own.
  const server = createServer(
    { requireHostHeader: false, keepAliveTimeout: keepAliveTimeoutMs },
    async (request, response) => {
      if (!isComplete(request)) return refuse(request.resume().socket, request.method);
      answers.set(request.socket, response);
      (await handlers).listener(request, response);
    },
  );
  server.on('checkExpectation', (request) => refuse(request.resume().socket, request.method));
  server.on('connect', (_request, socket) => {
    socket.on('error', () => {}); // Nobody else listens from here on, and a client may leave.
    return refuse(socket);
  });
  server.on('clientError', (_error, socket) => refuse(socket));
  await listen(server, port, host);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${reachable(host)}:${taken}`,
    serve(listener, malformed) {
      handOver({ listener, malformed });
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
