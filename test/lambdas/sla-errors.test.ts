import { ConditionalCheckFailedException, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { handler as list } from '../../lambdas/sla-errors/list';
import { handler as report } from '../../lambdas/sla-errors/report';
import { cursorOf } from '../../src/api/cursor';
import type { ApiEvent } from '../../src/api/event';
import { logger } from '../../src/log';
import { account, problemOf, signedIn } from './signed-in';

const dynamo = mockClient(DynamoDBDocumentClient);
process.env['DYNAMODB_TABLE'] = 'FileSlaErrors';
process.env['ACCOUNTS_TABLE'] = 'accounts';

/** The items of the table, which the mock keeps as DynamoDB would. */
let table: Map<string, Record<string, unknown>>;
beforeEach(() => {
  dynamo.reset();
  table = new Map();
  dynamo.on(GetCommand).resolves({ Item: account });
  dynamo.on(PutCommand).callsFake(({ Item }) => {
    if (table.has(Item.ErrorID)) throw new ConditionalCheckFailedException({ message: '', $metadata: {} });
    table.set(Item.ErrorID, Item);
    return {};
  });
  jest.spyOn(logger, 'error').mockImplementation(() => {});
});
afterEach(() => jest.restoreAllMocks());

const creationDate = '2024-06-12T12:00:00Z';
const late = { filename: 'file1.txt', creationDate };
const folderA = { folder: 'Folder_A', sla: 20, files: [late] };

const sending = (body: string | Buffer): ApiEvent => ({
  requestContext: signedIn(),
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(body).toString('base64'),
  isBase64Encoded: true,
});
const reporting = (...entries: unknown[]) => sending(JSON.stringify({ sla_error: entries }));
const listing = (queryStringParameters: Record<string, string>): ApiEvent => ({
  requestContext: signedIn(),
  queryStringParameters,
});

test('a report is stored as sent and in UTC, in the names that its table has', async () => {
  const answer = await report(reporting({ ...folderA, files: [{ ...late, creationDate: '/Date(1718193600000)/' }] }));
  expect(answer.statusCode).toBe(200);
  const [id] = JSON.parse(answer.body).error_ids;
  expect(JSON.parse(answer.body)).toEqual({ stored: 1, duplicates: 0, error_ids: [id] });
  expect(table.get(id)).toEqual({
    ErrorID: id,
    Owner: 's',
    OwnerFolder: 's#Folder_A',
    Folder: 'Folder_A',
    Sla: 20,
    Files: [{ filename: 'file1.txt', creationDate: '/Date(1718193600000)/', utc: creationDate }],
    ReceivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    WriteID: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

// What ConvertTo-Json of Windows PowerShell 5.1 and PowerShell 7 writes, by Microsoft's documents: no PowerShell was at hand.
const windowsPowershell = `{
    "sla_error":  [
                      {
                          "folder":  "D:\\\\in\\\\orders",
                          "sla":  20,
                          "files":  [
                                        {
                                            "filename":  "Bj\\u00f6rn\\u0027s file.txt",
                                            "creationDate":  "\\/Date(1718193600000)\\/"
                                        }
                                    ]
                      }
                  ]
}`;
const powershell7 =
  '{\r\n  "sla_error": [\r\n    {\r\n      "folder": "D:\\\\in\\\\orders",\r\n      "sla": 20.0,\r\n      "files": [\r\n        {\r\n          "filename": "Björn\'s file.txt",\r\n          "creationDate": "2024-06-12T14:00:00.0000000+02:00"\r\n        }\r\n      ]\r\n    }\r\n  ]\r\n}';

test.each<[string, Buffer]>([
  ['Windows PowerShell', Buffer.from(windowsPowershell)],
  ['PowerShell 7', Buffer.from(powershell7)],
  ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${powershell7}`)],
  ['UTF-16, as Out-File writes', Buffer.from(`\ufeff${powershell7}`, 'utf16le')],
  ['UTF-16 without a mark', Buffer.from(powershell7, 'utf16le')],
  ['big-endian UTF-16 without a mark', Buffer.from(powershell7, 'utf16le').swap16()],
])('%s says the same', async (_, body) => {
  const answer = await report(sending(body));
  const expected = await report(
    reporting({ folder: 'D:\\in\\orders', sla: 20, files: [{ filename: "Björn's file.txt", creationDate }] }),
  );
  expect(JSON.parse(answer.body)).toMatchObject({ stored: 1 });
  expect(JSON.parse(expected.body)).toMatchObject({ duplicates: 1 });
});

test('Latin-1, which Windows PowerShell sends, is named with what to write', async () => {
  const { status, code, detail } = problemOf(await report(sending(Buffer.from(powershell7, 'latin1'))));
  expect([status, code]).toEqual([400, 'InvalidJson']);
  expect(detail).toContain("-ContentType 'application/json; charset=utf-8'");
});

const depth = expect.stringContaining('ConvertTo-Json -Depth 5');
const unrolled = expect.stringContaining('@( )');
test.each<[string, unknown, string, unknown]>([
  ['a list without its name', [folderA], '', expect.stringContaining('{"sla_error": [...]}')],
  ['no list at all', {}, '/sla_error', 'is required'],
  ['a list of one entry, unrolled', { sla_error: folderA }, '/sla_error', unrolled],
  ['an empty pipeline', { sla_error: null }, '/sla_error', unrolled],
  [
    'a list wrapped by Windows PowerShell',
    { sla_error: { value: [folderA], Count: 1 } },
    '/sla_error',
    expect.stringContaining('Remove-TypeData System.Array'),
  ],
  ['an empty list', { sla_error: [] }, '/sla_error', expect.stringContaining('nothing to report')],
  ['an entry cut to text', { sla_error: ['System.Collections.Hashtable'] }, '/sla_error/0', depth],
  ['files cut to text', { sla_error: [{ ...folderA, files: '@{filename=a}' }] }, '/sla_error/0/files', depth],
  ['a file cut to text', { sla_error: [{ ...folderA, files: ['@{filename=a}'] }] }, '/sla_error/0/files/0', depth],
  ['one file, unrolled', { sla_error: [folderA, { ...folderA, files: late }] }, '/sla_error/1/files', unrolled],
  ['no files', { sla_error: [{ ...folderA, files: [] }] }, '/sla_error/0/files', expect.stringContaining('is empty')],
  ['minutes as text', { sla_error: [{ ...folderA, sla: '20' }] }, '/sla_error/0/sla', expect.stringContaining('[int]')],
  ['minutes below zero', { sla_error: [{ ...folderA, sla: -1 }] }, '/sla_error/0/sla', 'is less than 0'],
  ['endless minutes', { sla_error: [{ ...folderA, sla: 5_256_001 }] }, '/sla_error/0/sla', 'is more than 5256000'],
  [
    'minutes too few to tell from none',
    { sla_error: [{ ...folderA, sla: 1e-200 }] },
    '/sla_error/0/sla',
    expect.stringContaining('thousandth'),
  ],
  [
    'a local time without an offset',
    { sla_error: [{ ...folderA, files: [{ ...late, creationDate: '2024-06-12T12:00:00' }] }] },
    '/sla_error/0/files/0/creationDate',
    expect.stringContaining("ToString('o')"),
  ],
  [
    'a whole DateTime',
    { sla_error: [{ ...folderA, files: [{ ...late, creationDate: { value: '/Date(0)/', DateTime: 'x' } }] }] },
    '/sla_error/0/files/0/creationDate',
    expect.stringContaining('DateTime object'),
  ],
  [
    'an unknown field',
    { sla_error: [{ ...folderA, files: [{ ...late, Length: 1 }] }] },
    '/sla_error/0/files/0/Length',
    'is not known here',
  ],
  [
    'half a character',
    { sla_error: [{ ...folderA, folder: '\ud800' }] },
    '/sla_error/0/folder',
    expect.stringContaining('surrogate'),
  ],
  [
    'an endless folder',
    { sla_error: [{ ...folderA, folder: 'ö'.repeat(513) }] },
    '/sla_error/0/folder',
    'is longer than 1024 bytes',
  ],
  [
    'more files than an item holds',
    { sla_error: [{ ...folderA, files: Array(4000).fill(late) }] },
    '/sla_error/0',
    expect.stringContaining('among several entries'),
  ],
  [
    'more entries than a request takes',
    { sla_error: Array(101).fill(folderA) },
    '/sla_error',
    expect.stringContaining('more than 100 entries'),
  ],
])('%s is refused with a pointer and what would be right; nothing is written', async (_, body, pointer, detail) => {
  const problem = problemOf(await report(sending(JSON.stringify(body))));
  expect(problem).toMatchObject({ status: 400, code: 'ValidationFailed', errors: [{ pointer, detail }] });
  expect(dynamo.commandCalls(PutCommand)).toHaveLength(0);
});

test('every fault of a report is pointed at, and the valid entries among them are not written', async () => {
  const problem = problemOf(
    await report(reporting(folderA, { ...folderA, sla: -1, folder: '' }, { ...folderA, files: null })),
  );
  expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    '/sla_error/1/folder',
    '/sla_error/1/sla',
    '/sla_error/2/files',
  ]);
  expect(dynamo.commandCalls(PutCommand)).toHaveLength(0);
});

const fault = (name: string, httpStatusCode: number) =>
  new DynamoDBServiceException({
    name,
    message: `${name} of arn:aws:dynamodb:us-east-1:1:table/FileSlaErrors`,
    $fault: httpStatusCode < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode },
  });
const faults: readonly Error[] = [
  fault('ProvisionedThroughputExceededException', 400),
  fault('ThrottlingException', 400),
  fault('RequestLimitExceeded', 400),
  fault('AccessDeniedException', 400),
  fault('ValidationException', 400),
  fault('ResourceNotFoundException', 400),
  fault('InternalServerError', 500),
  Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }),
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
];

test.each(faults)(
  '%s while reports are stored is a 500 that says nothing, and the repeat completes it',
  async (error) => {
    const entries = Array.from({ length: 12 }, (_, index) => ({ ...folderA, folder: `Folder_${index}` }));
    const put = dynamo.on(PutCommand);
    // The first and the third write succeed, the second fails.
    let writes = 0;
    put.callsFake(({ Item }) => {
      writes++;
      if (writes === 2) throw error;
      table.set(Item.ErrorID, Item);
      return {};
    });
    const answer = await report(reporting(...entries));
    expect(problemOf(answer)).toMatchObject({ status: 500, code: 'InternalError' });
    expect(answer.body).not.toMatch(/arn:|dynamodb|FileSlaErrors|Exception|socket|Folder_/i);
    const before = table.size;
    expect(before).toBeGreaterThan(0);

    put.callsFake(({ Item }) => {
      if (table.has(Item.ErrorID)) throw new ConditionalCheckFailedException({ message: '', $metadata: {} });
      table.set(Item.ErrorID, Item);
      return {};
    });
    expect(JSON.parse((await report(reporting(...entries))).body)).toMatchObject({
      stored: 12 - before,
      duplicates: before,
    });
    expect(table.size).toBe(12);
  },
);

test.each<[string, Record<string, string>, string]>([
  ['an impossible day', { from: '2024-02-30' }, '/query/from'],
  ['a time without an offset', { to: '2024-06-12T12:00:00' }, '/query/to'],
  ['a time beyond the year 9999', { to: '9999-12-31T23:59:59-14:00' }, '/query/to'],
  ['a range that ends before it begins', { from: '2024-06-13', to: '2024-06-12' }, '/query/from'],
  ['an empty folder', { folder: '' }, '/query/folder'],
  ['no page at all', { limit: '0' }, '/query/limit'],
  ['too large a page', { limit: '1001' }, '/query/limit'],
  [
    'a cursor of another user',
    { cursor: cursorOf('bob', `2024-06-12T12:00:00.000Z ${'0'.repeat(64)}`) },
    '/query/cursor',
  ],
  ['a cursor of another listing', { cursor: cursorOf('s', 'towns.csv') }, '/query/cursor'],
  [
    'a cursor from outside the range',
    { cursor: cursorOf('s', `2024-06-12T12:00:00.000Z ${'0'.repeat(64)}`), from: '2024-06-13' },
    '/query/cursor',
  ],
])('%s is refused before the table is asked', async (_, query, pointer) => {
  expect(problemOf(await list(listing(query)))).toMatchObject({
    status: 400,
    code: 'ValidationFailed',
    errors: [{ pointer }],
  });
  expect(dynamo.commandCalls(QueryCommand)).toHaveLength(0);
});

test('a day in from and to is the whole day in UTC', async () => {
  dynamo.on(QueryCommand).resolves({ Items: [] });
  expect((await list(listing({ from: '2024-06-12', to: '2024-06-12' }))).body).toBe('{"data":[],"next_cursor":null}');
  await list(listing({ from: '2024-06-12T14:00:00+02:00' }));
  const asked = dynamo.commandCalls(QueryCommand).map(({ args }) => args[0].input.ExpressionAttributeValues);
  expect(asked[0]).toMatchObject({ ':from': '2024-06-12T00:00:00.000Z', ':to': '2024-06-12T23:59:59.999Z' });
  expect(asked[1]).toMatchObject({ ':from': '2024-06-12T12:00:00.000Z' });
});
