import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListPartsCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { handler as complete } from '../../lambdas/uploads/complete';
import { handler as create } from '../../lambdas/uploads/create';
import type { ApiEvent } from '../../src/api/event';
import { idOfSession } from '../../src/files/upload-session';
import { account, problemOf, signedIn } from './signed-in';

const s3 = mockClient(S3Client);
const dynamo = mockClient(DynamoDBDocumentClient);
process.env['FILES_BUCKET'] = 'files';
process.env['ACCOUNTS_TABLE'] = 'accounts';

const id = idOfSession({ name: 'a.csv', size: 10, crc32: 'AAAAAA==', uploadId: 'u', session: 'ours' });
const event = (parts: ApiEvent = {}): ApiEvent => ({
  requestContext: signedIn(),
  pathParameters: { id },
  ...parts,
});
const beginning = event({
  pathParameters: null,
  headers: { 'content-type': 'application/json' },
  body: '{"name":"a.csv","size":10}',
});
const fault = (name: string, httpStatusCode: number) =>
  new S3ServiceException({
    name,
    message: `${name} of arn:aws:s3:::files`,
    $fault: 'client',
    $metadata: { httpStatusCode },
  });
const head = (session: string) => ({
  ContentLength: 10,
  ETag: '"e-1"',
  LastModified: new Date(0),
  Metadata: { 'upload-session': session },
});

beforeEach(() => {
  s3.reset();
  dynamo.reset();
  dynamo.on(GetCommand).resolves({ Item: account });
  s3.on(ListPartsCommand).resolves({ Parts: [{ PartNumber: 1, Size: 10, ETag: '"p"' }] });
});

test('an upload is begun for a checksum of the whole, and leaves its session with the object', async () => {
  s3.on(HeadObjectCommand).rejects(fault('NotFound', 404));
  s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'u' });
  expect((await create(beginning)).statusCode).toBe(200);
  expect(s3.commandCalls(ListPartsCommand)).toHaveLength(0);
  expect(s3.commandCalls(CreateMultipartUploadCommand)[0]?.args[0].input).toMatchObject({
    Key: 'ann%40example.com/a.csv',
    ChecksumAlgorithm: 'CRC32',
    ChecksumType: 'FULL_OBJECT',
    ContentType: 'text/csv',
    Metadata: { 'upload-session': expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
});

test('a completion has S3 verify size and checksum, and create only', async () => {
  s3.on(CompleteMultipartUploadCommand).resolves({});
  s3.on(HeadObjectCommand).resolves(head('ours'));
  expect((await complete(event())).statusCode).toBe(200);
  expect(s3.commandCalls(CompleteMultipartUploadCommand)[0]?.args[0].input).toMatchObject({
    MpuObjectSize: 10,
    ChecksumCRC32: 'AAAAAA==',
    ChecksumType: 'FULL_OBJECT',
    IfNoneMatch: '*',
  });
});

test.each([
  ['BadDigest', 400, 'ours', 409, 'UploadMismatch'],
  ['InvalidRequest', 400, 'ours', 409, 'UploadMismatch'],
  ['PreconditionFailed', 412, 'theirs', 409, 'FileExists'],
  ['ConditionalRequestConflict', 409, 'theirs', 409, 'FileExists'],
  ['NoSuchUpload', 404, 'theirs', 404, 'UploadNotFound'],
])("S3's %s (%d) to a completion, with an object of %s, is %d %s", async (name, from, session, status, code) => {
  s3.on(CompleteMultipartUploadCommand).rejects(fault(name, from));
  s3.on(HeadObjectCommand).resolves(head(session));
  expect(problemOf(await complete(event()))).toMatchObject({ status, code });
});

test('a completion whose answer was lost answers the file when it is repeated', async () => {
  s3.on(HeadObjectCommand).resolves(head('ours'));
  s3.on(ListPartsCommand).rejects(fault('NoSuchUpload', 404));
  expect((await complete(event())).statusCode).toBe(200);
  s3.on(CompleteMultipartUploadCommand).rejects(fault('PreconditionFailed', 412));
  s3.on(ListPartsCommand).resolves({ Parts: [{ PartNumber: 1, Size: 10, ETag: '"p"' }] });
  expect((await complete(event())).statusCode).toBe(200);
});
