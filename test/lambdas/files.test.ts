import { Readable } from 'node:stream';
import { GetObjectCommand, S3Client, S3ServiceException, SelectObjectContentCommand } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { handler as create } from '../../lambdas/files/create';
import { handler as remove } from '../../lambdas/files/delete';
import { handler as describeOne } from '../../lambdas/files/describe';
import { handler as head } from '../../lambdas/files/head';
import { handler as list } from '../../lambdas/files/list';
import { handler as query } from '../../lambdas/files/query';
import { handler as read } from '../../lambdas/files/read';
import { handler as replace } from '../../lambdas/files/replace';
import type { ApiEvent } from '../../src/api/event';
import { idOfName } from '../../src/files/file-id';
import { logger } from '../../src/log';
import { account, problemOf, signedIn } from './signed-in';

const s3 = mockClient(S3Client);
const dynamo = mockClient(DynamoDBDocumentClient);
process.env['FILES_BUCKET'] = 'files';
process.env['QUERY_ENGINE'] = 'builtin';
process.env['ACCOUNTS_TABLE'] = 'accounts';

const event = (parts: ApiEvent = {}): ApiEvent => ({
  requestContext: signedIn(),
  pathParameters: { id: idOfName('a.csv') },
  ...parts,
});
const asking = (expression: string) =>
  event({ headers: { 'content-type': 'application/json' }, body: JSON.stringify({ expression }) });
const upload = event({
  headers: { 'content-type': 'text/csv' },
  queryStringParameters: { name: 'a.csv' },
  body: 'a\n1\n',
});
/** A body as the SDK gives it in Node, where it is a stream. */
const object = (text: string) => Readable.from([Buffer.from(text)]) as never;

beforeEach(() => {
  s3.reset();
  dynamo.reset();
  dynamo.on(GetCommand).resolves({ Item: account });
});

test('a download is the bytes, with headers that keep it a download', async () => {
  s3.on(GetObjectCommand).resolves({ Body: object('a\n1\n'), ContentType: 'text/csv', ContentLength: 4, ETag: '"e"' });
  expect(await read(event())).toMatchObject({
    statusCode: 200,
    body: 'a\n1\n',
    headers: {
      etag: '"e"',
      'content-disposition': 'attachment; filename="a.csv"',
      'cache-control': 'private, no-store',
    },
  });
  expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toMatchObject({
    Bucket: 'files',
    Key: 'ann%40example.com/a.csv',
  });
});

test('a query streams rows of the file', async () => {
  s3.on(GetObjectCommand).resolves({ Body: object('n,v\na,1\nb,2\n') });
  expect(await query(asking("SELECT n FROM S3Object s WHERE s.v = 2 OR s.v = '2'"))).toMatchObject({
    statusCode: 200,
    body: 'b\n',
  });
});

test('S3 Select answers where the setting says so, with the defaults of the route', async () => {
  process.env['QUERY_ENGINE'] = 's3select';
  const events = [{ Records: { Payload: Buffer.from('b\n') } }, { End: {} }];
  s3.on(SelectObjectContentCommand).resolves({ Payload: Readable.from(events) as never });
  expect(await query(asking('SELECT n FROM S3Object'))).toMatchObject({ statusCode: 200, body: 'b\n' });
  expect(s3.commandCalls(SelectObjectContentCommand)[0]?.args[0].input).toMatchObject({
    Key: 'ann%40example.com/a.csv',
    InputSerialization: { CSV: { FileHeaderInfo: 'USE', AllowQuotedRecordDelimiter: true } },
  });
  s3.on(SelectObjectContentCommand).rejects(
    new S3ServiceException({ name: 'NoSuchKey', $fault: 'client', $metadata: { httpStatusCode: 404 } }),
  );
  expect(problemOf(await query(asking('SELECT n FROM S3Object')))).toMatchObject({ status: 404, code: 'FileNotFound' });
  process.env['QUERY_ENGINE'] = 'builtin';
});

test('a query that cannot be planned never opens the file', async () => {
  const answer = await query(asking('SELECT FROM S3Object'));
  expect(problemOf(answer)).toMatchObject({ status: 400, code: 'ParseEmptySelect' });
  expect(s3.calls()).toHaveLength(0);
});

test.each([
  ['list', () => list(event())],
  ['create', () => create(upload)],
  ['describe', () => describeOne(event())],
  ['delete', () => remove(event())],
  ['read', () => read(event())],
  ['head', () => head(event())],
  ['replace', () => replace({ ...upload, queryStringParameters: null })],
  ['query', () => query(asking('SELECT * FROM S3Object'))],
])('%s answers 500, and nothing of AWS, when S3 fails; the log tells it without the name', async (_, call) => {
  const logged = jest.spyOn(logger, 'error').mockImplementation(() => {});
  for (const [name, status] of [
    ['AccessDenied', 403],
    ['SlowDown', 503],
    ['InternalError', 500],
  ] as const) {
    s3.onAnyCommand().rejects(
      Object.assign(
        new S3ServiceException({
          name,
          message: `${name} of arn:aws:s3:::files`,
          $fault: 'server',
          $metadata: { httpStatusCode: status },
        }),
        { Key: 'ann%40example.com/a.csv' },
      ),
    );
    const answer = await call();
    expect(problemOf(answer)).toMatchObject({ status: 500, code: 'InternalError' });
    expect(answer.body).not.toMatch(/arn|S3|AccessDenied|SlowDown/);
  }
  expect(JSON.stringify(logged.mock.calls)).toContain('AccessDenied');
  expect(JSON.stringify(logged.mock.calls)).not.toContain('ann%40');
  logged.mockRestore();
});

describe('who is asking', () => {
  test('without claims it is nobody', async () => {
    expect(problemOf(await list({}))).toMatchObject({ status: 401, code: 'Unauthenticated' });
    expect(dynamo.calls()).toHaveLength(0);
  });

  test('a token whose account has no record was not issued by us', async () => {
    dynamo.on(GetCommand).resolves({});
    expect(problemOf(await list(event()))).toMatchObject({ status: 401, code: 'Unauthenticated' });
  });

  test('a deactivated account is out at once', async () => {
    dynamo.on(GetCommand).resolves({ Item: { ...account, is_active: false } });
    expect(problemOf(await list(event()))).toMatchObject({ status: 401, code: 'AccountInactive' });
  });

  test.each(['99', '100', '', 'NaN'])(
    'a token signed in at %p, not after the sign-out at 100, is refused',
    async (authTime) => {
      const answer = await list(event({ requestContext: signedIn(authTime) }));
      expect(problemOf(answer)).toMatchObject({ status: 401, code: 'Unauthenticated' });
    },
  );
});
