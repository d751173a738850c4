import { Readable } from 'node:stream';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { handler as create } from '../../lambdas/maps/create';
import { handler as link } from '../../lambdas/maps/link';
import { handler as list } from '../../lambdas/maps/list';
import { handler as read } from '../../lambdas/maps/read';
import { handler as share } from '../../lambdas/maps/share';
import { handler as status } from '../../lambdas/maps/status';
import type { ApiEvent } from '../../src/api/event';
import { logger } from '../../src/log';
import { account, problemOf, signedIn } from './signed-in';

const s3 = mockClient(S3Client);
const dynamo = mockClient(DynamoDBDocumentClient);
Object.assign(process.env, {
  ACCOUNTS_TABLE: 'accounts',
  COGNITO_USER_POOL_ID: 'us-east-1_aBcDeFgHi',
  MAPS_BUCKET: 'maps',
  MAPS_TABLE: 'maps',
  // Nothing listens there.
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: 'http://127.0.0.1:1',
});

const id = 'c9c5b9a4-3a3e-4a51-9f0e-6d9e5b1f2a77';
const item = { id, home: account.home, name: 'a.txt', is_public: true, uploaded_at: '2026-11-20T12:00:00.000Z' };
const processed = { ...item, status: 'processed', media_type: 'text/plain' };

const event = (parts: ApiEvent = {}): ApiEvent => ({ requestContext: signedIn(), pathParameters: { id }, ...parts });
/** A request without a token, and without claims. */
const asGuest = (headers: Record<string, string> = {}): ApiEvent => ({ pathParameters: { id }, headers });
const asJson = (body: object): ApiEvent =>
  event({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const form = (content = 'north') =>
  event({
    pathParameters: null,
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: `--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n${content}\r\n--x--\r\n`,
  });

beforeEach(() => {
  s3.reset();
  dynamo.reset();
  dynamo.on(GetCommand, { TableName: 'accounts' }).resolves({ Item: account });
  dynamo.on(GetCommand, { TableName: 'maps' }).resolves({ Item: processed });
});

const logged = () => jest.spyOn(logger, 'error').mockImplementation(() => {});
afterEach(() => jest.restoreAllMocks());

test('an upload stores the file, and then the record that makes it a map', async () => {
  s3.on(HeadObjectCommand).resolves({ ContentLength: 5, ETag: '"e"', LastModified: new Date(0) });
  const answer = await create(form());
  expect(answer).toMatchObject({
    statusCode: 200,
    headers: { location: expect.stringMatching(/^\/api\/v1\/maps\/[0-9a-f-]{36}$/) },
  });
  const map = JSON.parse(answer.body);
  expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
    Bucket: 'maps',
    Key: `ann%40example.com/${map.id}/a.txt`,
    IfNoneMatch: '*',
    ContentType: 'application/octet-stream',
  });
  expect(dynamo.commandCalls(PutCommand)[0]?.args[0].input.Item).toMatchObject({
    id: map.id,
    home: account.home,
    status: 'pending',
  });
  expect(map.file_path).toBe(`ann%40example.com/${map.id}/a.txt`);
});

test.each([
  ['the file cannot be stored', () => s3.on(PutObjectCommand).rejects(new Error('down of arn:aws:s3:::maps')), 0],
  ['the record cannot', () => dynamo.on(PutCommand).rejects(new Error('down of arn:aws:dynamodb')), 1],
])('where %s, the upload is a 500, and no map is there', async (_, arrange, records) => {
  const log = logged();
  s3.on(HeadObjectCommand).resolves({ ContentLength: 5, ETag: '"e"', LastModified: new Date(0) });
  arrange();
  const answer = await create(form());
  expect(problemOf(answer)).toMatchObject({ status: 500, code: 'InternalError' });
  expect(answer.body).not.toMatch(/arn|down/);
  expect(dynamo.commandCalls(PutCommand)).toHaveLength(records);
  expect(JSON.stringify(log.mock.calls)).not.toContain('ann%40');
});

test('a guest reads a public map without a token, and none is asked for', async () => {
  s3.on(GetObjectCommand).resolves({
    Body: Readable.from([Buffer.from('north')]) as never,
    ContentLength: 5,
    ETag: '"e"',
  });
  expect(await read(asGuest())).toMatchObject({
    statusCode: 200,
    body: 'north',
    headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff', etag: '"e"' },
  });
  expect(dynamo.commandCalls(GetCommand, { TableName: 'accounts' })).toHaveLength(0);
});

test.each([
  ['no bearer', 'Basic YTpi'],
  ['nothing', 'Bearer '],
  ['no token', 'Bearer nonsense'],
])('a guest who sends %s is refused', async (_, authorization) => {
  expect(problemOf(await read(asGuest({ Authorization: authorization })))).toMatchObject({
    status: 401,
    code: 'Unauthenticated',
  });
  expect(dynamo.calls()).toHaveLength(0);
});

test('a token that nobody can check, since the keys are not to be had, is a 500 and never a 401', async () => {
  logged();
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_aBcDeFgHi',
    token_use: 'access',
    exp: 9e9,
    scope: 'aws.cognito.signin.user.admin',
  };
  const token = `${encode({ kid: 'k', alg: 'RS256' })}.${encode(claims)}.eA`;
  for (const call of [read, status]) {
    expect(problemOf(await call(asGuest({ authorization: `Bearer ${token}` })))).toMatchObject({
      status: 500,
      code: 'InternalError',
    });
  }
});

test('a private map is a missing one to a guest, who learns nothing of it', async () => {
  dynamo.on(GetCommand, { TableName: 'maps' }).resolves({ Item: { ...processed, is_public: false } });
  const hidden = problemOf(await read(asGuest()));
  dynamo.on(GetCommand, { TableName: 'maps' }).resolves({});
  const missing = problemOf(await read(asGuest()));
  expect(hidden).toMatchObject({ status: 404, code: 'MapNotFound', detail: missing.detail });
});

test('a map that waits is a 409 with Retry-After, and its status says so', async () => {
  dynamo.on(GetCommand, { TableName: 'maps' }).resolves({ Item: { ...item, status: 'pending' } });
  for (const answer of [await read(asGuest()), await link(asJson({}))]) {
    expect(problemOf(answer)).toMatchObject({ status: 409, code: 'MapNotProcessed' });
    expect(answer.headers?.['retry-after']).toMatch(/^\d+$/);
  }
  expect(JSON.parse((await status(asGuest())).body)).toEqual({ status: 'pending' });
});

test('what processing has found is told as the API writes it', async () => {
  dynamo
    .on(GetCommand, { TableName: 'maps' })
    .resolves({ Item: { ...processed, media_type: 'image/png', width: 3, height: 2 } });
  expect(JSON.parse((await status(asGuest())).body)).toEqual({
    status: 'processed',
    media_type: 'image/png',
    width: 3,
    height: 2,
  });
});

test('a list asks the index for one home, a page at a time, and its cursor is bound to the user', async () => {
  const key = { id, home: account.home, uploaded_at: item.uploaded_at };
  dynamo.on(QueryCommand).resolves({ Items: [processed], LastEvaluatedKey: key });
  const { next_cursor } = JSON.parse((await list(event({ queryStringParameters: { limit: '1' } }))).body);
  await list(event({ queryStringParameters: { cursor: next_cursor } }));
  expect(dynamo.commandCalls(QueryCommand).map(({ args }) => args[0].input)).toMatchObject([
    { IndexName: 'by_home', Limit: 1, ScanIndexForward: false, ExpressionAttributeValues: { ':home': account.home } },
    { ExclusiveStartKey: key },
  ]);
  expect(problemOf(await list(event({ queryStringParameters: { cursor: 'x' } })))).toMatchObject({
    status: 400,
    code: 'ValidationFailed',
  });
});

test('only its owner changes a map: the condition says so to the table', async () => {
  dynamo.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {} }));
  expect(problemOf(await share(asJson({ is_public: false })))).toMatchObject({ status: 404, code: 'MapNotFound' });
  expect(dynamo.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
    ConditionExpression: '#home = :owner',
    ExpressionAttributeValues: { ':owner': account.home, ':is_public': false },
  });
});

test.each([
  ['list', () => list(event())],
  ['create', () => create(form())],
  ['read', () => read(event())],
  ['status', () => status(event())],
  ['share', () => share(asJson({ is_public: true }))],
  ['link', () => link(asJson({}))],
])('%s answers 500, and nothing of AWS, when the table or the bucket fails', async (_, call) => {
  const log = logged();
  for (const name of ['AccessDenied', 'ThrottlingException', 'InternalError']) {
    const fault = new S3ServiceException({
      name,
      message: `${name} of arn:aws:s3:::maps`,
      $fault: 'server',
      $metadata: { httpStatusCode: 503 },
    });
    s3.onAnyCommand().rejects(fault);
    dynamo.onAnyCommand().rejects(fault);
    dynamo.on(GetCommand, { TableName: 'accounts' }).resolves({ Item: account });
    dynamo.on(GetCommand, { TableName: 'maps' }).rejects(fault);
    const answer = await call();
    expect(problemOf(answer)).toMatchObject({ status: 500, code: 'InternalError' });
    expect(answer.body).not.toMatch(/arn|AccessDenied|Throttling/);
  }
  expect(JSON.stringify(log.mock.calls)).not.toContain('ann%40');
});

test('a processed map whose file is gone is a 500: it was promised', async () => {
  logged();
  s3.on(GetObjectCommand).rejects(
    new S3ServiceException({ name: 'NoSuchKey', $fault: 'client', $metadata: { httpStatusCode: 404 } }),
  );
  expect(problemOf(await read(event()))).toMatchObject({ status: 500, code: 'InternalError' });
});
