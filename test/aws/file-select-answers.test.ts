import {
  S3Client,
  S3ServiceException,
  SelectObjectContentCommand,
  type SelectObjectContentEventStream,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { s3FileSelect } from '../../src/aws/file-select';
import { SqlError } from '../../src/engine/index';
import { textOf } from '../engine/run-query';

// The odd answers of S3 Select, which no emulator gives.

process.env['FILES_BUCKET'] = 'files';
const s3 = mockClient(S3Client);
beforeEach(() => s3.reset());

const query = { expression: 'SELECT * FROM S3Object' };
const records = (text: string) => ({ Records: { Payload: Buffer.from(text) } }) as SelectObjectContentEventStream;
const end = { End: {} } as SelectObjectContentEventStream;

const answering = (events: readonly (SelectObjectContentEventStream | Error)[]) =>
  s3.on(SelectObjectContentCommand).resolves({
    Payload: (async function* () {
      for (const event of events) {
        if (event instanceof Error) throw event;
        yield event;
      }
    })(),
  });

const failing = (name: string, httpStatusCode: number) =>
  s3
    .on(SelectObjectContentCommand)
    .rejects(new S3ServiceException({ name, message: 'told', $fault: 'client', $metadata: { httpStatusCode } }));

async function answer(more: object = {}): Promise<string> {
  const rows = await s3FileSelect().select('ann/a.csv', { ...query, ...more });
  return rows === 'missing' ? 'missing' : textOf(rows);
}

test('Records may be cut inside of a character, with Cont and Progress between them', async () => {
  const bytes = Buffer.from('é\n');
  answering([
    { Cont: {} } as SelectObjectContentEventStream,
    { Records: { Payload: bytes.subarray(0, 1) } } as SelectObjectContentEventStream,
    { Progress: {} } as SelectObjectContentEventStream,
    { Records: { Payload: bytes.subarray(1) } } as SelectObjectContentEventStream,
    end,
  ]);
  expect(await answer()).toBe('é\n');
});

test.each([
  [[end], '[]'],
  [[records('{"a":1},'), end], '[{"a":1}]'],
  [[records('{"a":1}'), records(','), records('{"a":2},'), end], '[{"a":1},{"a":2}]'],
  [[records(''), records('{"a":1},{"a":2},'), end], '[{"a":1},{"a":2}]'],
])('of objects an array is made: %#', async (events, array) => {
  answering(events);
  expect(await answer({ output: { format: 'json' } })).toBe(array);
});

test('a stream without its End event is no answer', async () => {
  answering([records('a\n')]);
  await expect(answer()).rejects.toThrow('without its End event');
});

test('an error in the stream is one of the query, after the rows before it', async () => {
  const fault = Object.assign(new Error('Attempt to convert failed'), { name: 'CastFailed' });
  answering([records('a\n'), fault]);
  const rows = await s3FileSelect().select('ann/a.csv', query);
  const read: string[] = [];
  const reading = (async () => {
    if (rows !== 'missing') for await (const chunk of rows) read.push(Buffer.from(chunk).toString());
  })();
  await expect(reading).rejects.toEqual(new SqlError('CastFailed', 'Attempt to convert failed'));
  expect(read).toEqual(['a\n']);
});

test('an error of the query is a SqlError, one of the service stays as it is', async () => {
  failing('ParseEmptySelect', 400);
  await expect(answer()).rejects.toEqual(new SqlError('ParseEmptySelect', 'told'));
  failing('MethodNotAllowed', 405);
  await expect(answer()).rejects.toBeInstanceOf(S3ServiceException);
  failing('Busy', 503);
  await expect(answer()).rejects.toBeInstanceOf(S3ServiceException);
});

test('a file that is not there is missing', async () => {
  failing('NoSuchKey', 404);
  expect(await answer()).toBe('missing');
});

test('options are sent as S3 Select calls them, and those left out are left to it', async () => {
  answering([end]);
  await answer({ input: { header: 'USE', comment: '', quote: '' }, output: { quoteFields: 'always' } });
  expect(s3.commandCalls(SelectObjectContentCommand)[0]?.args[0].input).toEqual({
    Bucket: 'files',
    Key: 'ann/a.csv',
    Expression: query.expression,
    ExpressionType: 'SQL',
    InputSerialization: {
      CSV: { FileHeaderInfo: 'USE', Comments: '\ue000', QuoteCharacter: '' },
      CompressionType: undefined,
    },
    OutputSerialization: { CSV: { QuoteFields: 'ALWAYS' } },
  });
});

test.each([{ output: { header: true } }, { input: { encoding: 'windows-1252' } }])(
  'what S3 Select does not have is refused before it is asked: %j',
  async (more) => {
    await expect(answer(more)).rejects.toMatchObject({ code: 'InvalidRequestParameter' });
    expect(s3.calls()).toHaveLength(0);
  },
);

test('who leaves the rows ends the request', async () => {
  answering([records('a\n'), records('b\n'), end]);
  const rows = await s3FileSelect().select('ann/a.csv', query);
  if (rows !== 'missing') for await (const _ of rows) break;
  const [call] = s3.commandCalls(SelectObjectContentCommand);
  const [, options] = (call?.args ?? []) as readonly unknown[];
  expect((options as { abortSignal?: AbortSignal } | undefined)?.abortSignal?.aborted).toBe(true);
});
