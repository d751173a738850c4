import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { maxRecordBytes, SqlError, select } from '../../src/engine/index';
import { answerOf, bytesOf, inChunks, textOf } from './run-query';

/** A source that counts what is asked of it, and never ends by itself. */
function endlessSource(chunk: Uint8Array) {
  const seen = { chunks: 0, isLeft: false };
  const source: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        seen.chunks++;
        // As a file or a socket does: a source that never lets the event loop turn would starve every timer.
        await new Promise((resolve) => setImmediate(resolve));
        return { done: false, value: chunk };
      },
      return: async () => {
        seen.isLeft = true;
        return { done: true, value: undefined };
      },
    }),
  };
  return { source, seen };
}

const chunkOf = (line: string, bytes = 65_536) => Buffer.from(line.repeat(Math.floor(bytes / line.length)));
const all = 'SELECT * FROM S3Object';

const failureOf = async (promise: Promise<unknown>): Promise<SqlError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SqlError);
  return error as SqlError;
};

describe('reading', () => {
  test('stops at LIMIT and leaves the source', async () => {
    const { source, seen } = endlessSource(chunkOf('Mars,2\n'));
    expect(await textOf(await select({ expression: `${all} LIMIT 3` }, source))).toBe('Mars,2\n'.repeat(3));
    expect(seen.isLeft).toBe(true);
    expect(seen.chunks).toBeLessThan(10);
  });

  test('stops at LIMIT in a compressed file too', async () => {
    const { source, seen } = endlessSource(gzipSync(chunkOf('Mars,2\n', 1_000_000)));
    const query = { expression: `${all} LIMIT 1`, input: { compression: 'GZIP' as const } };
    expect(await textOf(await select(query, source))).toBe('Mars,2\n');
    // The decompressor reads ahead: what it waits for at that moment comes first.
    for (let turn = 0; turn < 100 && !seen.isLeft; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(seen.isLeft).toBe(true);
  });

  test('leaves the source when the reader of the rows leaves', async () => {
    const { source, seen } = endlessSource(chunkOf('Mars,2\n'));
    for await (const _ of await select({ expression: all }, source)) break;
    expect(seen.isLeft).toBe(true);
  });

  test('leaves the source after an error', async () => {
    const { source, seen } = endlessSource(chunkOf('Mars,2\n'));
    await failureOf(select({ expression: 'SELECT CAST(_1 AS INT) FROM S3Object' }, source));
    expect(seen.isLeft).toBe(true);
  });

  test('does not meet an error that lies behind LIMIT', async () => {
    expect(await answerOf({ expression: `${all} LIMIT 1` }, 'a\n"b"c\n')).toBe('a\n');
    expect(await answerOf({ expression: `${all} LIMIT 1` }, Buffer.from('a\n\xff\n', 'latin1'))).toBe('a\n');
  });

  test('does not begin when the query is wrong', async () => {
    const { source, seen } = endlessSource(chunkOf('Mars,2\n'));
    await failureOf(select({ expression: 'SELECT' }, source));
    expect(seen.chunks).toBe(0);
  });

  test('hands on what the source throws', async () => {
    const fault = new Error('the line is dead');
    async function* source(chunk: Uint8Array) {
      yield chunk;
      throw fault;
    }
    const whole = gzipSync('a\n');
    const compressed = { expression: all, input: { compression: 'GZIP' as const } };
    await expect(select({ expression: all }, source(Buffer.from('a\n')))).rejects.toBe(fault);
    await expect(select(compressed, source(whole.subarray(0, 12)))).rejects.toBe(fault);
    await expect(select(compressed, source(whole))).rejects.toBe(fault);
  });
});

describe('errors', () => {
  test('of the query come before any row', async () => {
    const error = await failureOf(
      select({ expression: 'SELECT a,\n  date FROM S3Object' }, inChunks(Buffer.from('a\n'))),
    );
    expect(error).toMatchObject({ code: 'ParseUnExpectedKeyword', place: { line: 2, column: 3 } });
    expect(error.message).toContain('write "date" in double quotes');
  });

  test('of the header come before any row', async () => {
    const query = { expression: 'SELECT agee FROM S3Object', input: { header: 'USE' as const } };
    const error = await failureOf(select(query, inChunks(Buffer.from('name,age\nIo,4\n'))));
    expect(error).toMatchObject({ code: 'MissingHeaders', place: { line: 1, column: 8 } });
    expect(error.message).toContain("Did you mean 'age'?");
  });

  test('ask about the delimiter where there is one column only', async () => {
    const query = { expression: 'SELECT age FROM S3Object', input: { header: 'USE' as const } };
    const error = await failureOf(select(query, inChunks(Buffer.from('planet;moons\nMars;2\n'))));
    expect(error.message).toContain("The only column is 'planet;moons'; is the delimiter right?");
  });

  test('tell who writes text in double quotes what they are for', async () => {
    const expression = 'SELECT * FROM S3Object s WHERE s.planet = "Mars"';
    const query = { expression, input: { header: 'USE' as const } };
    const error = await failureOf(select(query, inChunks(Buffer.from('planet\nMars\n'))));
    expect(error.message).toContain("write 'Mars' for text");
  });

  test('tell who compares text with a number to cast it', async () => {
    const error = await failureOf(select({ expression: `${all} WHERE _1 > 2` }, inChunks(Buffer.from('3\n'))));
    expect(error).toMatchObject({ code: 'ExternalEvalException', place: { record: 1 } });
    expect(error.message).toContain('CAST(column AS DECIMAL)');
  });

  test('in the first record come before any row', async () => {
    const source = inChunks(Buffer.from('x\n1\n'));
    const error = await failureOf(select({ expression: 'SELECT CAST(_1 AS INT) FROM S3Object' }, source));
    expect(error).toMatchObject({ code: 'CastFailed', place: { record: 1 } });
  });

  test.each([
    ['CSVUnescapedQuote', 'n\n"1"x\n2\n'],
    ['CSVEscapingRecordDelimiter', 'n\n"1\n2"\n'],
    ['InvalidTextEncoding', Buffer.from('n\n\xff\n2\n', 'latin1')],
    ['OverMaxRecordSize', `n\n${'x'.repeat(maxRecordBytes + 1)}\n`],
  ])('%s in the first record after the header comes before any row', async (code, data) => {
    for (const header of [true, false]) {
      const query = { expression: all, input: { header: 'USE' as const }, output: { header } };
      expect(await failureOf(select(query, inChunks(bytesOf(data))))).toMatchObject({ code, place: { record: 2 } });
    }
  });

  test('in a late record come after the rows before it, as a throw', async () => {
    const rows = 100_000;
    const source = inChunks(Buffer.from(`${'1\n'.repeat(rows)}x\n`));
    const chunks = await select({ expression: 'SELECT CAST(_1 AS INT) FROM S3Object' }, source);
    let bytes = 0;
    const read = async () => {
      for await (const chunk of chunks) bytes += chunk.length;
    };
    expect(await failureOf(read())).toMatchObject({ code: 'CastFailed', place: { record: rows + 1 } });
    expect(bytes).toBeGreaterThan(100_000);
  });
});

test('a source is left at a record that is at fault', async () => {
  const { source, seen } = endlessSource(chunkOf('a,"b"c\n'));
  await failureOf(select({ expression: all }, source));
  expect(seen).toMatchObject({ isLeft: true });
});

describe('aborting', () => {
  test('before the start rejects with the reason', async () => {
    const { source } = endlessSource(chunkOf('Mars,2\n'));
    await expect(select({ expression: all }, source, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });

  test('ends a wait for a source that hangs', async () => {
    const controller = new AbortController();
    let isLeft = false;
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          setImmediate(() => controller.abort(new Error('gone')));
          return new Promise<never>(() => {});
        },
        return: async () => {
          isLeft = true;
          return { done: true, value: undefined };
        },
      }),
    };
    await expect(select({ expression: all }, source, controller.signal)).rejects.toThrow('gone');
    expect(isLeft).toBe(true);
  });

  test('ends a query that gives no rows', async () => {
    const controller = new AbortController();
    const { source, seen } = endlessSource(chunkOf('Mars,2\n'));
    const counting = (async () => {
      const chunks = await select({ expression: 'SELECT COUNT(*) FROM S3Object' }, source, controller.signal);
      return textOf(chunks);
    })();
    setImmediate(() => controller.abort(new Error('gone')));
    await expect(counting).rejects.toThrow('gone');
    expect(seen.isLeft).toBe(true);
  });

  test('leaves nothing behind on the signal', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await textOf(await select({ expression: all }, inChunks(chunkOf('Mars,2\n', 300_000), 1000), signal));
    expect(listeners).toBe(0);
  });
});

describe('the result', () => {
  test('comes in chunks of at most 128 KB', async () => {
    const line = `${'x'.repeat(300_000)},y\n`;
    let text = '';
    for await (const chunk of await select({ expression: all }, inChunks(Buffer.from(line.repeat(5))))) {
      expect(chunk.length).toBeLessThanOrEqual(128 * 1024);
      text += Buffer.from(chunk).toString();
    }
    expect(text).toBe(line.repeat(5));
  });

  test('is not parted at each row, though each is computed by itself', async () => {
    let chunks = 0;
    const rows = await select(
      { expression: 'SELECT LOWER(_1) FROM S3Object' },
      inChunks(Buffer.from('A\n'.repeat(10_000))),
    );
    for await (const _ of rows) chunks++;
    expect(chunks).toBeLessThan(10);
  });

  test('stays as it was given when later chunks are read', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `${i},row\n`).join('');
    const chunks: Uint8Array[] = [];
    for await (const chunk of await select({ expression: all }, inChunks(Buffer.from(lines)))) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(lines);
  });

  test.each([
    // The last record is by the exact writer: its chunk is its own.
    ['copied', all, (i: number) => `${i},row\n`, 2],
    // A chunk is taken while the next is written.
    ['computed', 'SELECT CAST(_1 AS INT) + 1, UPPER(_2) FROM S3Object', (i: number) => `${i + 1},ROW\n`, 3],
  ])('is given in memory that is used again, if it may be: %s', async (_, expression, answer, most) => {
    const rows = 200_000;
    const lines = Array.from({ length: rows }, (_, i) => `${i},"row"\n`).join('');
    const buffers = new Set<ArrayBufferLike>();
    let text = '';
    for await (const chunk of await select({ expression, reusesChunks: true }, inChunks(Buffer.from(lines)))) {
      expect(chunk.length).toBeLessThanOrEqual(128 * 1024);
      if (chunk.length > 0) buffers.add(chunk.buffer);
      text += Buffer.from(chunk).toString();
    }
    expect(text).toBe(Array.from({ length: rows }, (_, i) => answer(i)).join(''));
    expect(buffers.size).toBeLessThanOrEqual(most);
  });

  test('has no record over 1 MB', async () => {
    const data = `${'x'.repeat(maxRecordBytes / 2)}\n`;
    for (const format of ['csv', 'json', 'ndjson'] as const) {
      const query = { expression: 'SELECT _1, _1, _1 FROM S3Object', output: { format } };
      expect(await answerOf(query, data)).toMatch(/^error OverMaxRecordSize/);
    }
  });
});

test('memory does not grow with the file', async () => {
  const chunk = chunkOf('Mars,2,"the red, dusty planet"\n');
  async function* source(chunks: number) {
    for (let i = 0; i < chunks; i++) yield chunk;
  }
  const heldAfter = async (chunks: number) => {
    const expression = "SELECT COUNT(*), MAX(CAST(_2 AS INT)) FROM S3Object WHERE _3 LIKE '%dusty%'";
    await textOf(await select({ expression }, source(chunks), new AbortController().signal));
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  await heldAfter(50);
  const few = await heldAfter(50);
  // Garbage that is not collected yet makes a difference of some tens of megabytes; the file has 65 more.
  expect((await heldAfter(1050)) - few).toBeLessThan(48 * 1024 * 1024);
});

test('memory does not grow with the texts of thousands of columns', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const columns = 4_000;
  const texts = 250;
  const held: number[] = [];
  const note = () => {
    collect();
    held.push(process.memoryUsage().heapUsed);
  };
  async function* source() {
    for (let row = 0; row < texts; row++) {
      if (row === 1 || row === texts - 1) note();
      yield Buffer.from(
        `${Array.from({ length: columns }, (_, column) => `${(row + column) % texts} of Mars`).join(',')}\n`,
      );
    }
  }
  const expression = `SELECT ${Array.from({ length: columns }, (_, column) => `_${column + 1} || ''`).join(',')} FROM S3Object`;
  await textOf(await select({ expression }, source()));
  expect((held[1] as number) - (held[0] as number)).toBeLessThan(16 * 1024 * 1024);
});
