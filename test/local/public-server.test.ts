import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type PublicServer, takePort } from '../../local/public-server';
import { listen } from '../../local/services/service';
import { StartError } from '../../local/start-error';

const settings = { port: 0, host: '127.0.0.1', dataDir: '/nowhere' };
let server: PublicServer | undefined;
afterEach(() => server?.close());

it('says in one line that a port is taken, and what would be right', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    const refusal = takePort({ ...settings, port });
    await expect(refusal).rejects.toBeInstanceOf(StartError);
    await expect(refusal).rejects.toThrow(`port ${port} is taken; stop what uses it or run PORT=${port + 1} npm start`);
  } finally {
    other.close();
  }
});

it('says that a host is not an address of this machine', async () => {
  await expect(takePort({ ...settings, host: '192.0.2.1' })).rejects.toThrow("HOST is '192.0.2.1', which is not an");
});

it('lets requests wait until there is someone to serve them', async () => {
  server = await takePort(settings);
  const early = fetch(server.url);
  server.serve(
    (_request, response) => response.end('served'),
    () => '',
  );
  expect(await (await early).text()).toBe('served');
});

it('keeps an idle connection for longer than clients do', async () => {
  const answer: RequestListener = (_request, response) => response.end('served');
  const hints = async (url: string) => (await fetch(url)).headers.get('keep-alive');
  server = await takePort(settings);
  server.serve(answer, () => '');
  expect(await hints(server.url)).toBe('timeout=75');
  const service = await listen(answer);
  expect(await hints(service.url)).toBe('timeout=75');
  await service.close();
});

const odd = [
  ['no version', 'GET / HTTP'],
  ['no version at all', 'GET /'],
  ['no host', 'GET / HTTP/1.1'],
  ['an expectation', 'GET / HTTP/1.1\r\nHost: x\r\nExpect: the unexpected'],
  ['a tunnel', 'CONNECT x:22 HTTP/1.1\r\nHost: x'],
] as const;

it.each(odd)('answers %s with the text for what cannot be read', async (_, head) => {
  server = await takePort(settings);
  server.serve(
    (_request, response) => response.end('served'),
    () => 'malformed',
  );
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(`${head}\r\n\r\n`);
  expect(await text(socket)).toBe('malformed');
});

it('lets a client that is refused send all of its request, and then ends the connection', async () => {
  server = await takePort(settings);
  server.serve(
    () => {},
    () => 'malformed',
  );
  const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', allowHalfOpen: true });
  socket.write(`GET /${'x'.repeat(20_000)}`);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  await once(socket, 'end');
  for (let sent = 0; sent < 50; sent++) {
    await new Promise((resolve, reject) =>
      socket.write(Buffer.alloc(100_000), (error) => (error ? reject(error) : resolve(undefined))),
    );
  }
  socket.end();
  await once(socket, 'close');
  expect(answer).toBe('malformed');
});

it('answers a HEAD request that it cannot serve without a body', async () => {
  server = await takePort(settings);
  server.serve(
    () => {},
    () => 'HTTP/1.1 400 Bad Request\r\nx: y\r\n\r\nmalformed',
  );
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write('HEAD / HTTP/1.1\r\n\r\n');
  expect(await text(socket)).toBe('HTTP/1.1 400 Bad Request\r\nx: y\r\n\r\n');
});

it('puts nothing into an answer that has begun, whatever comes meanwhile', async () => {
  server = await takePort(settings);
  server.serve(
    (_request, response) => response.writeHead(200).write('half'),
    () => 'malformed',
  );
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.once('data', () => socket.write('no request\r\n\r\n'));
  socket.on('error', () => {}); // The connection is broken off.
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  await new Promise((resolve) => socket.on('close', resolve));
  expect(received).toContain('half');
  expect(received).not.toContain('malformed');
});

it('refuses what comes after an answer that has ended', async () => {
  server = await takePort(settings);
  server.serve(
    (_request, response) => response.end('served'),
    () => 'malformed',
  );
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.once('data', () => socket.write('no request\r\n\r\n'));
  const received = await text(socket);
  expect(received).toContain('served');
  expect(received.endsWith('malformed')).toBe(true);
});

it('survives a client who asks for a tunnel and is gone', async () => {
  server = await takePort(settings);
  let wasAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    wasAsked = resolve;
  });
  server.serve(
    (_request, response) => response.end('served'),
    () => {
      wasAsked();
      return 'malformed'.repeat(1_000_000);
    },
  );
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write('CONNECT x:22 HTTP/1.1\r\nHost: x\r\n\r\n');
  await asked;
  socket.resetAndDestroy();
  expect(await (await fetch(server.url)).text()).toBe('served');
});

it('takes HTTP/1.0 without a host', async () => {
  server = await takePort(settings);
  server.serve(
    (_request, response) => response.end('served'),
    () => 'malformed',
  );
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write('GET / HTTP/1.0\r\n\r\n');
  expect(await text(socket)).toContain('served');
});

it('finishes a request in flight before it closes', async () => {
  server = await takePort(settings);
  let finish = () => {};
  const arrived = new Promise<void>((resolve) => {
    server?.serve(
      (_request, response) => {
        finish = () => response.end('done');
        resolve();
      },
      () => '',
    );
  });
  const request = fetch(server.url);
  await arrived;
  const closed = server.close();
  await expect(fetch(server.url)).rejects.toThrow();
  finish();
  expect(await (await request).text()).toBe('done');
  await closed;
  server = undefined;
});
