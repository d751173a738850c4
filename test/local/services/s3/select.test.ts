import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server } from 'node:net';
import { crc32, gzipSync } from 'node:zlib';
import {
  SelectObjectContentCommand,
  type SelectObjectContentCommandInput,
  type SelectObjectContentEventStream,
} from '@aws-sdk/client-s3';
import { messagesOf } from '../../../../local/services/s3/select-object-content';
import { clientOf, failure, openBucket, otherEndpoint, type TestBucket } from './fixture';

let bucket: TestBucket;
beforeAll(async () => {
  bucket = await openBucket();
});
afterAll(() => bucket.close());

const planets = 'planet,moons\nMars,2\nEarth,1\nJupiter,95\n';

const selecting = (
  Key: string,
  Expression: string,
  more: Partial<SelectObjectContentCommandInput> = {},
): SelectObjectContentCommand =>
  new SelectObjectContentCommand({
    Bucket: bucket.bucket,
    Key,
    Expression,
    ExpressionType: 'SQL',
    InputSerialization: { CSV: { FileHeaderInfo: 'USE' } },
    OutputSerialization: { CSV: {} },
    ...more,
  });

async function eventsOf(command: SelectObjectContentCommand, client = bucket.client) {
  const events: SelectObjectContentEventStream[] = [];
  const { Payload } = await client.send(command);
  for await (const event of Payload ?? []) events.push(event);
  return events;
}

const textIn = (events: readonly SelectObjectContentEventStream[]) =>
  Buffer.concat(events.flatMap(({ Records }) => (Records?.Payload ? [Records.Payload] : []))).toString();

const namesOf = (events: readonly SelectObjectContentEventStream[]) => events.map((event) => Object.keys(event)[0]);

test('rows come as Records, then the statistics, then the end', async () => {
  await bucket.put('planets.csv', planets);
  const events = await eventsOf(
    selecting('planets.csv', 'SELECT planet FROM S3Object s WHERE CAST(s.moons AS INT) > 1'),
  );
  expect(namesOf(events)).toEqual(['Records', 'Stats', 'End']);
  expect(textIn(events)).toBe('Mars\nJupiter\n');
  expect(events[1]?.Stats?.Details).toEqual({
    BytesScanned: planets.length,
    BytesProcessed: planets.length,
    BytesReturned: 'Mars\nJupiter\n'.length,
  });
});

test('a query without rows has no Records', async () => {
  await bucket.put('planets.csv', planets);
  const events = await eventsOf(selecting('planets.csv', "SELECT * FROM S3Object s WHERE s.planet = 'Vulcan'"));
  expect(namesOf(events)).toEqual(['Stats', 'End']);
});

test('an empty object has no records', async () => {
  await bucket.put('empty.csv', Buffer.alloc(0));
  const count = selecting('empty.csv', 'SELECT COUNT(*) FROM S3Object');
  expect(textIn(await eventsOf(count))).toBe('0\n');
});

test('of a compressed object fewer bytes are scanned than processed', async () => {
  const compressed = gzipSync(planets.repeat(100));
  await bucket.put('planets.csv.gz', compressed);
  const input = { CSV: {}, CompressionType: 'GZIP' as const };
  const count = selecting('planets.csv.gz', 'SELECT COUNT(*) FROM S3Object', { InputSerialization: input });
  const events = await eventsOf(count);
  expect(textIn(events)).toBe('400\n');
  expect(events.find(({ Stats }) => Stats)?.Stats?.Details).toEqual({
    BytesScanned: compressed.length,
    BytesProcessed: 100 * planets.length,
    BytesReturned: 4,
  });
});

test('progress is told to those who ask for it', async () => {
  await bucket.put('planets.csv', planets);
  const asked = selecting('planets.csv', 'SELECT * FROM S3Object', { RequestProgress: { Enabled: true } });
  const events = await eventsOf(asked);
  expect(namesOf(events)).toEqual(['Records', 'Progress', 'Stats', 'End']);
  expect(events[1]?.Progress?.Details?.BytesProcessed).toBe(planets.length);
});

test('delimiters of white space and other characters arrive as they were sent', async () => {
  await bucket.put('odd.csv', "a\tb\r\n'c\td'\te\r\n");
  const odd = selecting('odd.csv', 'SELECT _2, _1 FROM S3Object', {
    InputSerialization: { CSV: { FieldDelimiter: '\t', RecordDelimiter: '\r\n', QuoteCharacter: "'" } },
    OutputSerialization: { CSV: { FieldDelimiter: '¦', RecordDelimiter: '\r\n', QuoteFields: 'ALWAYS' } },
  });
  expect(textIn(await eventsOf(odd))).toBe('"b"¦"a"\r\n"e"¦"c\td"\r\n');
});

test('rows are objects where JSON is asked for', async () => {
  await bucket.put('planets.csv', planets);
  const json = selecting('planets.csv', 'SELECT planet, CAST(moons AS INT) AS n FROM S3Object LIMIT 2', {
    OutputSerialization: { JSON: { RecordDelimiter: ';' } },
  });
  expect(textIn(await eventsOf(json))).toBe('{"planet":"Mars","n":2};{"planet":"Earth","n":1};');
});

describe('a scan range', () => {
  const read = async (ScanRange: SelectObjectContentCommandInput['ScanRange']) =>
    textIn(await eventsOf(selecting('planets.csv', 'SELECT planet FROM S3Object', { ScanRange })));
  const second = planets.indexOf('Earth');

  beforeAll(() => bucket.put('planets.csv', planets));

  test('holds the records whose first byte lies in it', async () => {
    expect(await read({ Start: 0, End: second - 1 })).toBe('Mars\n');
    expect(await read({ Start: second, End: second })).toBe('Earth\n');
    expect(await read({ Start: second + 1 })).toBe('Jupiter\n');
    expect(await read({ End: 11 })).toBe('Jupiter\n');
    expect(await read({ End: 9999 })).toBe('Mars\nEarth\nJupiter\n');
    expect(await read({ Start: planets.length - 1 })).toBe('');
  });

  test('of adjacent ones each record is in one', async () => {
    for (let size = 1; size < planets.length; size++) {
      let all = '';
      for (let start = 0; start < planets.length; start += size)
        all += await read({ Start: start, End: start + size - 1 });
      expect(all).toBe('Mars\nEarth\nJupiter\n');
    }
  });

  test('that is none is refused', async () => {
    await expect(read({ Start: 5, End: 4 })).rejects.toMatchObject(failure('InvalidScanRange', 400));
    await expect(read({ Start: planets.length })).rejects.toMatchObject(failure('InvalidScanRange', 400));
    await expect(read({ Start: -1, End: 4 })).rejects.toMatchObject(failure('InvalidScanRange', 400));
    await expect(read({})).rejects.toMatchObject(failure('InvalidScanRange', 400));
  });

  test.each([{ CSV: { AllowQuotedRecordDelimiter: true } }, { CSV: {}, CompressionType: 'GZIP' as const }])(
    'is refused where records cannot be found from the middle: %j',
    async (InputSerialization) => {
      const command = selecting('planets.csv', 'SELECT * FROM S3Object', {
        InputSerialization,
        ScanRange: { Start: 1 },
      });
      await expect(eventsOf(command)).rejects.toMatchObject(failure('UnsupportedScanRangeInput', 400));
    },
  );
});

describe('a request that is wrong', () => {
  beforeAll(() => bucket.put('planets.csv', planets));
  const all = 'SELECT * FROM S3Object';

  test.each<[string, string, Partial<SelectObjectContentCommandInput>]>([
    ['ParseUnexpectedToken', 'SELCT * FROM S3Object', {}],
    ['MissingHeaders', 'SELECT planets FROM S3Object', {}],
    ['CastFailed', 'SELECT CAST(planet AS INT) FROM S3Object', {}],
    ['InvalidExpressionType', all, { ExpressionType: 'PARTIQL' as 'SQL' }],
    ['InvalidFileHeaderInfo', all, { InputSerialization: { CSV: { FileHeaderInfo: 'YES' as 'USE' } } }],
    ['InvalidQuoteFields', all, { OutputSerialization: { CSV: { QuoteFields: 'NEVER' as 'ALWAYS' } } }],
    ['InvalidCompressionFormat', all, { InputSerialization: { CSV: {}, CompressionType: 'ZSTD' as 'GZIP' } }],
    ['InvalidCompressionFormat', all, { InputSerialization: { CSV: {}, CompressionType: 'BZIP2' } }],
    ['InvalidRequestParameter', all, { InputSerialization: { CSV: { FieldDelimiter: ',,' } } }],
    ['ObjectSerializationConflict', all, { OutputSerialization: { CSV: {}, JSON: {} } }],
    ['ObjectSerializationConflict', all, { InputSerialization: { CSV: {}, JSON: { Type: 'LINES' } } }],
    ['MissingRequiredParameter', all, { OutputSerialization: {} }],
    ['MissingRequiredParameter', '', {}],
  ])('is answered %s: %s %j', async (code, expression, more) => {
    await expect(eventsOf(selecting('planets.csv', expression, more))).rejects.toMatchObject(failure(code, 400));
  });

  test('about an object that is not there is a 404', async () => {
    await expect(eventsOf(selecting('none.csv', all))).rejects.toMatchObject(failure('NoSuchKey', 404));
  });
});

test('a fault in a late record is a message in the stream, after the rows before it', async () => {
  await bucket.put('late.csv', `n\n${'1\n'.repeat(200_000)}x\n`);
  const { Payload } = await bucket.client.send(selecting('late.csv', 'SELECT CAST(n AS INT) FROM S3Object'));
  let bytes = 0;
  const read = async () => {
    for await (const { Records, End } of Payload ?? []) {
      bytes += Records?.Payload?.length ?? 0;
      expect(End).toBeUndefined();
    }
  };
  await expect(read()).rejects.toMatchObject({ name: 'CastFailed' });
  expect(bytes).toBeGreaterThan(100_000);
});

test('reading stops at LIMIT', async () => {
  await bucket.put('long.csv', `n\n${'1\n'.repeat(1_000_000)}`);
  const events = await eventsOf(selecting('long.csv', 'SELECT * FROM S3Object LIMIT 1'));
  expect(events.find(({ Stats }) => Stats)?.Stats?.Details?.BytesScanned).toBeLessThan(1_000_000);
});

/** A proxy that hands on what comes from the server in pieces of so many bytes. */
function cutting(endpoint: string, pieceBytes: number): Promise<Server> {
  const { hostname, port } = new URL(endpoint);
  const server = createServer((socket) => {
    const upstream = connect(Number(port), hostname);
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
    socket.setNoDelay(true).pipe(upstream);
    (async () => {
      for await (const chunk of upstream as AsyncIterable<Buffer>) {
        for (let from = 0; from < chunk.length; from += pieceBytes) {
          socket.write(chunk.subarray(from, from + pieceBytes));
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      socket.end();
    })().catch(() => socket.destroy());
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

test.each([1, 3, 17, 100])('messages may arrive cut anywhere, here into pieces of %d bytes', async (pieceBytes) => {
  await bucket.put('planets.csv', planets);
  const proxy = await cutting(bucket.endpoint, pieceBytes);
  const client = clientOf(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  const events = await eventsOf(selecting('planets.csv', 'SELECT * FROM S3Object'), client);
  expect(textIn(events)).toBe('Mars,2\nEarth,1\nJupiter,95\n');
  expect(namesOf(events)).toEqual(['Records', 'Stats', 'End']);
  client.destroy();
  proxy.close();
});

const own = otherEndpoint ? test.skip : test;

own('each message says how long it is, and has the checksums of its lengths and of the whole', async () => {
  const rows = { progress: { bytesScanned: 4, bytesProcessed: 4 }, [Symbol.asyncIterator]: () => oneChunk() };
  async function* oneChunk() {
    yield Buffer.from('a,b\n');
  }
  const names: string[] = [];
  for await (const bytes of messagesOf(rows, false)) {
    expect(bytes.readUInt32BE(0)).toBe(bytes.length);
    expect(bytes.readUInt32BE(8)).toBe(crc32(bytes.subarray(0, 8)));
    expect(bytes.readUInt32BE(bytes.length - 4)).toBe(crc32(bytes.subarray(0, -4)));
    names.push(['Records', 'Stats', 'End'].find((name) => bytes.includes(name)) ?? '');
  }
  expect(names).toEqual(['Records', 'Stats', 'End']);
});

own.each([
  [false, 'Cont'],
  [true, 'Progress'],
])('while rows take long the connection is kept alive (progress asked for: %p)', async (hasProgress, name) => {
  async function* slow() {
    await new Promise((resolve) => setTimeout(resolve, 200));
    yield Buffer.from('a\n');
  }
  const rows = { progress: { bytesScanned: 0, bytesProcessed: 0 }, [Symbol.asyncIterator]: slow };
  const messages: string[] = [];
  for await (const bytes of messagesOf(rows, hasProgress, 10)) messages.push(bytes.toString('latin1'));
  expect(messages[0]).toContain(name);
  expect(messages.at(-1)).toContain('End');
});

own('a client that leaves ends the reading', async () => {
  await bucket.put('long.csv', `n\n${'1234567\n'.repeat(2_000_000)}`);
  const { Payload } = await bucket.client.send(selecting('long.csv', 'SELECT * FROM S3Object'));
  for await (const _ of Payload ?? []) break;
  // The object can be replaced, and the bucket be closed after the tests: nothing holds on to it.
  await bucket.put('long.csv', 'n\n');
  expect(await bucket.text('long.csv')).toBe('n\n');
});
