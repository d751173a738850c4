import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { handler as createImport } from '../../lambdas/imports/create';
import { handler as quality } from '../../lambdas/interactions/quality';
import { handler as read } from '../../lambdas/interactions/read';
import { handler as statistics } from '../../lambdas/interactions/statistics';
import type { ApiEvent } from '../../src/api/event';
import { account, problemOf, signedIn } from './signed-in';

const s3 = mockClient(S3Client);
const dynamo = mockClient(DynamoDBDocumentClient);
process.env['ACCOUNTS_TABLE'] = 'accounts';
process.env['INTERACTIONS_TABLE'] = 'interactions';
process.env['LANDING_BUCKET'] = 'landing';

type Item = Record<string, unknown> & { readonly collection_key: string; readonly version_key: string };
const items = new Map<string, Item>();
const keyOf = ({ collection_key, version_key }: Item) => `${collection_key} ${version_key}`;
let groups: string[] = [];

/** DynamoDB as far as the adapters use it. */
beforeEach(() => {
  s3.reset();
  dynamo.reset();
  items.clear();
  groups = ['admin'];
  s3.on(PutObjectCommand).resolves({});
  dynamo.on(GetCommand).callsFake(({ TableName, Key }) => ({
    Item: TableName === 'accounts' ? { ...account, groups } : items.get(keyOf(Key)),
  }));
  dynamo.on(PutCommand).callsFake(({ Item, ExpressionAttributeValues: values }) => {
    const known = items.get(keyOf(Item))?.['revision'];
    if (known !== values?.[':known']) throw new ConditionalCheckFailedException({ message: '', $metadata: {} });
    items.set(keyOf(Item), Item);
    return {};
  });
  dynamo.on(BatchWriteCommand).callsFake(({ RequestItems }) => {
    for (const { PutRequest, DeleteRequest } of RequestItems['interactions']) {
      if (PutRequest) items.set(keyOf(PutRequest.Item), PutRequest.Item);
      else items.delete(keyOf(DeleteRequest.Key));
    }
    return {};
  });
  dynamo.on(QueryCommand).callsFake(({ ExpressionAttributeValues: values, ScanIndexForward }) => {
    const found = [...items.values()]
      .filter((item) => item.collection_key === values[':collection'])
      .filter(({ version_key: key }) => key >= values[':from'] && key <= values[':to'])
      .sort((a, b) => (a.version_key < b.version_key ? -1 : 1));
    return { Items: ScanIndexForward ? found : found.reverse() };
  });
});

const importing = (kind: string, body: string, type = 'text/csv'): ApiEvent => ({
  requestContext: signedIn(),
  headers: { 'content-type': type },
  pathParameters: { kind },
  body,
});
const asking = (query: Record<string, string> = {}, customer_id = '1'): ApiEvent => ({
  requestContext: signedIn(),
  pathParameters: { customer_id },
  queryStringParameters: query,
});
const bodyOf = async (answer: Promise<{ statusCode: number; body: string }>) => {
  const { statusCode, body } = await answer;
  expect(statusCode).toBe(200);
  return body;
};
const interactions = 'Date,Channel,Customer ID,Note\n04/10/2019 09:00,Email,1,x\n11/02/2020 16:10,Call,4,\n';
const importAll = async () => {
  for (const [kind, body] of [
    ['customers', 'ID,Name,Type\n1,Jedi,Red\n'],
    ['interactions', interactions],
    ['products', 'Month,Product\n01-2019,Sand\n'],
  ] as const) {
    expect((await createImport(importing(kind, body))).statusCode).toBe(200);
  }
};

test('an import answers what was new, and its repeat that nothing was', async () => {
  const answer = {
    imported: 2,
    unchanged: 0,
    rejected: [],
    report: {
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      bytes: interactions.length,
      rows: 2,
      columns: { date: 'Date', channel: 'Channel', customer_id: 'Customer ID' },
      unknown_columns: ['Note'],
    },
  };
  expect(JSON.parse(await bodyOf(createImport(importing('interactions', interactions))))).toEqual(answer);
  const { sha256 } = answer.report;
  expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
    Bucket: 'landing',
    Key: expect.stringMatching(/^interactions\/[0-9a-f]{64}\.csv$/),
  });
  const again = JSON.parse(await bodyOf(createImport(importing('interactions', interactions))));
  expect(again).toEqual({ ...answer, imported: 0, unchanged: 2, report: { ...answer.report, sha256 } });
});

test('the answers are exactly these', async () => {
  await importAll();
  expect(await bodyOf(read(asking()))).toBe('{"data":{"customer_id":1,"interactions":{"Email":1,"Call":0}}}');
  expect(await bodyOf(read(asking({ topic: 'sand', match: 'asof' })))).toBe(
    '{"data":{"customer_id":1,"interactions":{"Email":1,"Call":0},"topic":"Sand","match":"asof","unattributed":0}}',
  );
  expect(await bodyOf(read(asking({ topic: 'Sand', to: '2019-10-03' })))).toBe(
    '{"data":{"customer_id":1,"interactions":{"Email":0,"Call":0},"topic":"Sand","match":"exact","unattributed":0}}',
  );
  expect(await bodyOf(statistics(asking({ group_by: 'month,customer_type' })))).toBe(
    '{"data":[{"month":"2019-10","customer_type":"Red","count":1},{"month":"2020-02","customer_type":"unknown","count":1}],"total":2}',
  );
  expect(await bodyOf(statistics(asking()))).toBe('{"data":[{"count":2}],"total":2}');
  const { data, next_cursor } = JSON.parse(await bodyOf(quality({ requestContext: signedIn() })));
  expect(data.map(({ rule, rows }: { rule: string; rows: number }) => [rule, rows])).toEqual([
    ['DQ01', 1],
    ['DQ03', 2],
    ['DQ06', 2],
  ]);
  expect(next_cursor).toBeNull();
});

test.each([
  ['01', {}, 400, 'ValidationFailed'],
  ['x', {}, 400, 'ValidationFailed'],
  ['9007199254740992', {}, 400, 'ValidationFailed'],
  ['5', {}, 404, 'CustomerNotFound'],
  ['1', { topic: 'Water' }, 400, 'UnknownTopic'],
  ['1', { topic: '' }, 400, 'UnknownTopic'],
  ['1', { match: 'fuzzy' }, 400, 'ValidationFailed'],
  ['1', { from: '2020-02-30' }, 400, 'ValidationFailed'],
  ['1', { from: '2020-02-02', to: '2020-02-01' }, 400, 'ValidationFailed'],
  ['1', { group_by: 'month' }, 400, 'ValidationFailed'],
])('the customer %p with %p is %d %s', async (id, query, status, code) => {
  await importAll();
  expect(problemOf(await read(asking(query as Record<string, string>, id)))).toMatchObject({ status, code });
});

test('whoever asks for a customer that nobody knows is told which', async () => {
  await importAll();
  expect(problemOf(await read(asking({}, '5'))).detail).toContain('with the id 5.');
});

test.each(['foo', 'month,month', 'month,', ','])('grouping by %p is refused', async (group_by) => {
  expect(problemOf(await statistics(asking({ group_by })))).toMatchObject({
    status: 400,
    code: 'ValidationFailed',
    errors: [{ pointer: '/query/group_by', detail: expect.stringContaining('customer_type, channel, topic, month') }],
  });
});

test('before the first import there are no customers, no interactions and no findings', async () => {
  expect(problemOf(await read(asking()))).toMatchObject({ status: 404, code: 'CustomerNotFound' });
  expect(await bodyOf(statistics(asking({ group_by: 'channel' })))).toBe('{"data":[],"total":0}');
  expect(await bodyOf(quality({ requestContext: signedIn() }))).toBe('{"data":[],"next_cursor":null}');
});

test('only administrators import, from the moment the record says so', async () => {
  groups = ['editors'];
  expect(problemOf(await createImport(importing('customers', 'x')))).toMatchObject({ status: 403, code: 'AdminOnly' });
  expect(problemOf(await createImport({ ...importing('customers', 'x'), requestContext: {} }))).toMatchObject({
    status: 401,
    code: 'Unauthenticated',
  });
  expect([items.size, s3.calls().length]).toEqual([0, 0]);
});

test.each([
  [importing('weather', 'a\n'), 400, 'ValidationFailed'],
  [importing('products', '{}', 'application/json'), 415, 'UnsupportedMediaType'],
  [importing('products', 'x', 'multipart/form-data; boundary=b'), 400, 'InvalidMultipart'],
  [importing('products', 'PK\u0003\u0004xxxxx'), 415, 'UnsupportedFileType'],
  [importing('products', `Month,Product\n${'x'.repeat(4 * 1024 * 1024)}`), 413, 'ImportTooLarge'],
  [importing('products', 'x'.repeat(5 * 1024 * 1024)), 413, 'PayloadTooLarge'],
])('an import that cannot be one is refused', async (event, status, code) => {
  expect(problemOf(await createImport(event))).toMatchObject({ status, code });
  expect([items.size, s3.calls().length]).toEqual([0, 0]);
});

test('a file with bad lines is refused with each of them', async () => {
  const answer = await createImport(importing('products', 'Month,Product\n01-2019,Sand\n13-2019,Sand\n,\n02-2019,\n'));
  expect(problemOf(answer)).toMatchObject({
    status: 400,
    code: 'ImportRejected',
    detail: expect.stringContaining('2 lines'),
    errors: [
      { line: 3, detail: expect.stringContaining("'13-2019' is no month") },
      { line: 5, detail: 'the product is empty' },
    ],
  });
  expect([items.size, s3.calls().length]).toEqual([0, 0]);
});

test('an import while another runs is told when to come again', async () => {
  await importAll();
  const state = items.get('state state') as Item & { state: object };
  const lease = { id: 'x', generation: 9, epoch: 0, expiresAt: Date.now() + 20_000 };
  items.set('state state', { ...state, state: { ...state.state, lease } });
  const answer = await createImport(importing('interactions', interactions));
  expect(problemOf(answer)).toMatchObject({ status: 409, code: 'ImportRunning' });
  expect(Number(answer.headers?.['retry-after'])).toBeGreaterThan(10);
});
