import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { send, startSmallCloud } from '../small-cloud';

const head = "{ statusCode: 206, headers: { 'Content-Type': 'text/csv' }, cookies: ['a=1'] }";
const streamed = (body: string) =>
  `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
     const { Readable, pipeline } = Object.assign({}, require('node:stream'), require('node:stream/promises'));
     const out = () => awslambda.HttpResponseStream.from(stream, ${head});
     ${body}
   });`;

/** Produces until it is stopped, and keeps in files how much it has produced and that it was stopped. */
const endless = streamed(`
  const { writeFileSync } = require('node:fs');
  let produced = 0;
  async function* source() {
    try {
      for (;;) {
        const chunk = Buffer.alloc(64 * 1024, 'x');
        produced += chunk.length;
        writeFileSync(process.env.FOLDER + '/produced', String(produced));
        yield chunk;
      }
    } finally {
      writeFileSync(process.env.FOLDER + '/closed', 'yes');
    }
  }
  await pipeline(source(), out());`);

const routes = {
  rows: streamed("await pipeline(Readable.from(['a,b\\n', '1,2\\n']), out());"),
  'touched-only': streamed("const s = out(); s.write(''); s.end();"),
  empty: streamed('await pipeline(Readable.from([]), out());'),
  'no-prelude': streamed("stream.end('x'.repeat(20000));"),
  'fails-first': streamed("throw new Error('before the first byte');"),
  'fails-later': streamed(
    "const s = out(); s.write('a,b\\n'); await new Promise(setImmediate); throw new Error('half way');",
  ),
  buffered: "exports.handler = async () => ({ statusCode: 200, body: 'not a stream' });",
  hangs: streamed("out().write('a'); await new Promise(() => {});"),
  'bad-header': streamed(
    "awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers: { a: '\\n' } }).write('a'); await new Promise((r) => stream.on('close', r));",
  ),
  'too-much': streamed(`
    function* source() { for (let i = 0; i < 201; i++) yield Buffer.alloc(1024 * 1024); }
    await pipeline(source, out());`),
  endless,
};

let cloud: Awaited<ReturnType<typeof startSmallCloud>>;
beforeAll(async () => {
  cloud = await startSmallCloud({
    routes: Object.entries(routes).map(([name, source]) => ({
      resourcePath: `/${name}`,
      source,
      streaming: true,
      timeoutSeconds: name === 'hangs' ? 0.3 : 20,
    })),
  });
});
afterAll(() => cloud.close());

const call = (name: string) => send(`${cloud.url}/api/${name}`);

it('streams status, headers, cookies and rows', async () => {
  const { status, headers, body } = await call('rows');
  expect([status, body.toString()]).toEqual([206, 'a,b\n1,2\n']);
  expect(headers).toMatchObject({ 'content-type': 'text/csv', 'set-cookie': ['a=1'], 'transfer-encoding': 'chunked' });
});

it('sends status and headers after one empty write', async () => {
  expect(await call('touched-only')).toMatchObject({ status: 206, body: Buffer.alloc(0) });
});

it.each([
  ['empty', /without metadata/],
  ['no-prelude', /no delimiter within 16384 bytes/],
  ['fails-first', /Error: before the first byte/],
  ['buffered', /without metadata/],
  ['bad-header', /Invalid character in header content/],
])(
  'answers 502 to a stream that is %s, because it has no status and headers that could be sent',
  async (name, reason) => {
    expect((await call(name)).status).toBe(502);
    await cloud.logged(reason);
  },
);

it.each([
  ['fails-later', /Error: half way/],
  ['hangs', /Task timed out after 0.30 seconds/],
  ['too-much', /Response payload size exceeded/],
])('cuts a stream that %s, never with a clean end', async (name, reason) => {
  await expect(call(name)).rejects.toThrow('aborted');
  await cloud.logged(reason);
});

it('lets a function run a bounded way ahead of a slow client, and stops it when the client leaves', async () => {
  const request = get(`${cloud.url}/api/endless`);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const produced = () => Number(readFileSync(join(cloud.folder, 'produced'), 'utf8'));
  const settled = await untilUnchanged(produced);
  // The window, the sockets' buffers and those of the streams in between.
  expect(settled).toBeLessThan(16 * 1024 * 1024);

  let taken = 0;
  response.on('data', (chunk: Buffer) => {
    taken += chunk.length;
  });
  await until(() => taken > settled + 4 * 1024 * 1024);
  response.destroy();
  await until(() => existsSync(join(cloud.folder, 'closed')));

  // The instance is free for the next request: it was not ended.
  const next = get(`${cloud.url}/api/endless`);
  await once(next, 'response');
  next.destroy();
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function untilUnchanged(read: () => number): Promise<number> {
  for (let last = read(), same = 0; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = read();
    same = now === last ? same + 1 : 0;
    last = now;
    if (same === 5) return now;
  }
}
