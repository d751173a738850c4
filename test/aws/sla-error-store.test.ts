import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { dynamoSlaErrorStore } from '../../src/aws/sla-error-store';

const dynamo = mockClient(DynamoDBDocumentClient);
process.env['DYNAMODB_TABLE'] = 'FileSlaErrors';
beforeEach(() => dynamo.reset());

const item = (ErrorID: string) => ({
  ErrorID,
  Owner: 'ann',
  OwnerFolder: 'ann#F',
  Folder: 'F',
  Sla: 20,
  Files: [{ filename: 'a', creationDate: '/Date(0)/', utc: '1970-01-01T00:00:00Z' }],
  ReceivedAt: '2024-06-12T12:00:00.000Z',
});

test('a page is read by key, from the index that fits, and its next page by the place of its last report', async () => {
  dynamo.on(QueryCommand).resolves({ Items: [item('1'), item('2'), item('3')] });
  const store = dynamoSlaErrorStore();
  const page = await store.list({ owner: 'ann', folder: 'F', limit: 2 });
  expect(page.errors.map(({ id }) => id)).toEqual(['1', '2']);
  expect(page.more).toBe(true);
  await store.list({ owner: 'ann', limit: 2, after: { id: '2', receivedAt: '2024-06-12T12:00:00.000Z' } });
  const [byFolder, byOwner] = dynamo.commandCalls(QueryCommand).map(({ args }) => args[0].input);
  expect(byFolder).toMatchObject({ IndexName: 'ByFolder', Limit: 3, ScanIndexForward: false });
  expect(byFolder?.ExpressionAttributeValues?.[':hash']).toBe('ann#F');
  expect(byOwner).toMatchObject({
    IndexName: 'ByOwner',
    ExclusiveStartKey: { ErrorID: '2', Owner: 'ann', ReceivedAt: '2024-06-12T12:00:00.000Z' },
  });
});

test('a page that DynamoDB cuts at its megabyte has a next one', async () => {
  dynamo.on(QueryCommand).resolves({ Items: [item('1')], LastEvaluatedKey: { ErrorID: '1' } });
  expect(await dynamoSlaErrorStore().list({ owner: 'ann', limit: 100 })).toMatchObject({ more: true });
  dynamo.on(QueryCommand).resolves({ Items: [item('1')] });
  expect(await dynamoSlaErrorStore().list({ owner: 'ann', limit: 100 })).toMatchObject({ more: false });
});
