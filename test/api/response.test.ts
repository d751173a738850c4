import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import type { ApiEvent } from '../../src/api/event';
import { type Reply, streamReply } from '../../src/api/reply';
import { type Answer, streamed } from '../../src/api/response';
import { logger, metrics } from '../../src/log';

type StreamedHandler = (event: ApiEvent, stream: Writable, context: object) => Promise<void>;

/** What Lambda's runtime makes of a streamed function; `preludes` are what was sent before the bodies. */
const preludes: unknown[] = [];
const runtime = {
  streamifyResponse: (handler: StreamedHandler) => handler,
  HttpResponseStream: {
    from: (stream: Writable, prelude: unknown) => {
      preludes.push(prelude);
      return stream;
    },
  },
};

beforeAll(() => {
  Object.assign(globalThis, { awslambda: runtime });
});
afterAll(() => {
  Reflect.deleteProperty(globalThis, 'awslambda');
});
beforeEach(() => preludes.splice(0));

const streamedTo = (answer: Answer, stream: Writable) =>
  (streamed(answer) as unknown as StreamedHandler)({}, stream, {});
const replying =
  (body: Reply['body']): Answer =>
  async () => ({ status: 200, headers: { 'x-request-id': 'R1' }, body });

async function* chunks(count: number, chunk = Buffer.alloc(64 * 1024)) {
  for (let i = 0; i < count; i++) yield chunk;
}

test('sends status and headers before the body, also of an empty one', async () => {
  const stream = new PassThrough();
  await streamedTo(async () => streamReply(chunks(0), { etag: '"e"' }, 206), stream);
  expect(preludes).toEqual([{ statusCode: 206, headers: { etag: '"e"' } }]);
  expect(stream.writableEnded).toBe(true);
});

test('asks for the next chunk only when the one before has been taken', async () => {
  let asked = 0;
  async function* counted() {
    for await (const chunk of chunks(100)) {
      asked++;
      yield chunk;
    }
  }
  const stream = new PassThrough({ highWaterMark: 128 * 1024 });
  const sent = streamedTo(replying(counted()), stream);
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toBeLessThan(10);
  stream.resume();
  await sent;
  expect(asked).toBe(100);
});

test('a failure in the middle ends the answer uncleanly, and is logged and counted', async () => {
  const logged = jest.spyOn(logger, 'error').mockImplementation(() => {});
  const counted = jest.spyOn(metrics, 'addMetric');
  async function* failing() {
    yield Buffer.from('a,b\n');
    throw new Error('record 2');
  }
  const stream = new PassThrough();
  await expect(streamedTo(replying(failing()), stream)).rejects.toThrow(/^the answer was cut$/);
  expect(stream.writableEnded).toBe(false);
  expect(logged.mock.calls).toEqual([
    ['answer cut', { request_id: 'R1', error: expect.objectContaining({ message: 'record 2' }) }],
  ]);
  expect(counted).toHaveBeenCalledWith('AnswerCut', 'Count', 1);
  logged.mockRestore();
});

test('an answer beyond 190 MB is cut, never ended cleanly', async () => {
  const logged = jest.spyOn(logger, 'error').mockImplementation(() => {});
  let received = 0;
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      received += chunk.length;
      done();
    },
  });
  await expect(streamedTo(replying(chunks(4000)), stream)).rejects.toThrow('the answer was cut');
  expect(received).toBeLessThanOrEqual(190_000_000);
  expect(received).toBeGreaterThan(189_000_000);
  expect(stream.writableEnded).toBe(false);
  expect(logged.mock.calls).toMatchObject([
    ['answer cut', { error: { message: 'the answer is longer than 190000000 bytes' } }],
  ]);
  logged.mockRestore();
});

test('when the client leaves, the source is left and nothing counts as a failure', async () => {
  const logged = jest.spyOn(logger, 'error').mockImplementation(() => {});
  let isLeft = false;
  let signal: AbortSignal | undefined;
  async function* endless() {
    try {
      for (;;) yield* chunks(10);
    } finally {
      isLeft = true;
    }
  }
  const stream = new PassThrough();
  const sent = streamedTo(async (_, __, given) => {
    signal = given;
    return replying(endless())({}, undefined, given);
  }, stream);
  await once(stream, 'readable');
  stream.destroy();
  await sent;
  expect([isLeft, signal?.aborted]).toEqual([true, true]);
  expect(logged).not.toHaveBeenCalled();
  logged.mockRestore();
});
