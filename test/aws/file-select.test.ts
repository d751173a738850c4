import { createHash } from 'node:crypto';
import { type FileSelect, s3FileSelect } from '../../src/aws/file-select';
import { type Query, SqlError } from '../../src/engine/index';
import { caseFiles, expressionFiles, fieldIn } from '../engine/case-files';
import { textOf } from '../engine/run-query';
import { openBucket, type TestBucket } from '../local/services/s3/fixture';

// The case files again, through the SDK and the event stream of the embedded S3: both back ends answer alike.

jest.setTimeout(60_000);

let bucket: TestBucket;
let files: FileSelect;

beforeAll(async () => {
  bucket = await openBucket();
  process.env['AWS_ENDPOINT_URL_S3'] = bucket.endpoint;
  process.env['FILES_BUCKET'] = bucket.bucket;
  files = s3FileSelect();
});
afterAll(() => bucket.close());

const keys = new Map<string, string>();

async function keyOf(data: string | Uint8Array): Promise<string> {
  const hash = createHash('sha256').update(data).digest('hex');
  if (!keys.has(hash)) await bucket.put(hash, Buffer.from(data));
  keys.set(hash, hash);
  return hash;
}

async function answerOf(query: Query, data: string | Uint8Array): Promise<string> {
  try {
    const rows = await files.select(await keyOf(data), query);
    return rows === 'missing' ? 'missing' : await textOf(rows);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return `error ${error.code}`;
  }
}

/** What S3 Select has no words for. */
const isOurs = ({ output = {} }: Query) => output.header === true && (output.format ?? 'csv') === 'csv';

const withoutPlace = (expected: string) => /^error \w+/.exec(expected)?.[0] ?? expected;

test.each(caseFiles())('S3 Select answers the cases of $name as the engine does', async ({ cases }) => {
  for (const { expression, input, output, data, expected } of cases) {
    const query = { expression, input, output };
    if (isOurs(query)) continue;
    expect([expression, await answerOf(query, data)]).toEqual([expression, withoutPlace(expected)]);
  }
});

test.each(expressionFiles())('S3 Select answers the expressions of $name as the engine does', async ({ cases }) => {
  for (const { expression, data, expected } of cases) {
    // The time of the service is its own.
    if (expression.startsWith('UTCNOW()') || expression.includes('FROM UTCNOW()')) continue;
    const query = { expression: `SELECT ${expression} FROM S3Object` };
    expect([expression, fieldIn(await answerOf(query, data))]).toEqual([expression, expected]);
  }
});
