import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PublicServer, takePort } from '../../local/public-server';
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
