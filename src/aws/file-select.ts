import {
  type CSVInput,
  type CSVOutput,
  type OutputSerialization,
  S3Client,
  S3ServiceException,
  SelectObjectContentCommand,
  type SelectObjectContentCommandInput,
  type SelectObjectContentEventStream,
} from '@aws-sdk/client-s3';
import { setting } from '../config';
import { type CsvInput, isSqlErrorCode, type Output, type Query, SqlError } from '../engine/index';

/** Queries that are answered where the files are, by S3 Select itself. */
export interface FileSelect {
  /**
   * The rows, once the first of them, or the end, has arrived. Rejects with SqlError, as the rows do where a later record
   * is at fault; without the stream's End event they throw, too.
   */
  select(key: string, query: Query, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | 'missing'>;
}

let client: S3Client | undefined;

export function s3FileSelect(): FileSelect {
  client ??= new S3Client({});
  const s3 = client;
  const Bucket = setting('FILES_BUCKET');
  return {
    async select(key, query, signal) {
      const request = { Bucket, Key: key, ...requestOf(query) };
      const left = new AbortController();
      const abortSignal = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
      try {
        const { Payload } = await s3.send(new SelectObjectContentCommand(request), { abortSignal });
        if (!Payload) throw new Error('SelectObjectContent answered without a stream');
        const chunks = recordsOf(Payload, () => left.abort());
        const first = await chunks.next();
        return query.output?.format === 'json' ? inArray(first, chunks) : resumed(first, chunks);
      } catch (error) {
        if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return 'missing';
        throw sqlErrorOf(error);
      }
    },
  };
}

// ---- the request

/** S3's parameters for a query. Throws SqlError InvalidRequestParameter for what S3 Select does not have. */
function requestOf({
  expression,
  input = {},
  output = {},
}: Query): Omit<SelectObjectContentCommandInput, 'Bucket' | 'Key'> {
  if (output.header && (output.format ?? 'csv') === 'csv') throw notInS3Select('a header record in the output');
  if (!['utf-8', 'utf8', undefined].includes(input.encoding?.toLowerCase())) {
    throw notInS3Select(`the encoding ${input.encoding}`);
  }
  return {
    Expression: expression,
    ExpressionType: 'SQL',
    InputSerialization: { CSV: csvInput(input), CompressionType: input.compression },
    OutputSerialization: outputSerialization(output),
  };
}

const notInS3Select = (what: string): SqlError =>
  new SqlError('InvalidRequestParameter', `S3 Select, which answers queries here, does not have ${what}.`);

/**
 * S3 Select always has a comment character; no file begins a record with this one, which Unicode leaves to private use.
 * A guess: AWS's documents do not say that one beyond ASCII is taken.
 */
const noComment = '\ue000';

const csvInput = (input: Partial<CsvInput>): CSVInput => ({
  FileHeaderInfo: input.header,
  FieldDelimiter: input.delimiter,
  QuoteCharacter: input.quote,
  QuoteEscapeCharacter: input.escape,
  Comments: input.comment === '' ? noComment : input.comment,
  RecordDelimiter: input.recordDelimiter,
  AllowQuotedRecordDelimiter: input.allowQuotedNewlines,
});

function outputSerialization(output: Partial<Output>): OutputSerialization {
  switch (output.format) {
    case 'json':
      return { JSON: { RecordDelimiter: ',' } };
    case 'ndjson':
      return { JSON: { RecordDelimiter: output.recordDelimiter } };
    default:
      return { CSV: csvOutput(output) };
  }
}

const csvOutput = (output: Partial<Output>): CSVOutput => ({
  QuoteFields: output.quoteFields === 'always' ? 'ALWAYS' : output.quoteFields && 'ASNEEDED',
  FieldDelimiter: output.delimiter,
  QuoteCharacter: output.quote,
  QuoteEscapeCharacter: output.escape,
  RecordDelimiter: output.recordDelimiter,
});

// ---- the answer

type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

/** The bytes of the Records events, up to the End event. `leave` ends the request when the rest is not wanted. */
async function* recordsOf(events: AsyncIterable<SelectObjectContentEventStream>, leave: () => void): Chunks {
  let isComplete = false;
  try {
    for await (const event of events) {
      if (event.Records?.Payload) yield event.Records.Payload;
      isComplete = event.End !== undefined;
    }
  } catch (error) {
    throw sqlErrorOf(error);
  } finally {
    if (!isComplete) leave();
  }
  if (!isComplete) throw new Error('the event stream of SelectObjectContent ended without its End event');
}

async function* resumed(first: IteratorResult<Uint8Array, void>, rest: Chunks): Chunks {
  if (first.done) return;
  try {
    yield first.value;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** S3 Select writes objects, each with the comma after it: the last comma is left out, and brackets set around them. */
async function* inArray(first: IteratorResult<Uint8Array, void>, rest: Chunks): Chunks {
  let last: Uint8Array = Buffer.from('[');
  for await (const chunk of resumed(first, rest)) {
    if (chunk.length === 0) continue;
    yield last;
    yield chunk.subarray(0, -1);
    last = chunk.subarray(-1);
  }
  if (last[0] === comma) last = new Uint8Array(0);
  yield Buffer.concat([last, Buffer.from(']')]);
}

const comma = 44;

/** S3's error as the engine would say it; what is no fault of the query, or of the file, stays as it is. */
function sqlErrorOf(error: unknown): unknown {
  if (!(error instanceof Error) || !isSqlErrorCode(error.name)) return error;
  return new SqlError(error.name, error.message);
}
