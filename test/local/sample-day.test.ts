import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { putSampleDay, sampleDayKey } from '../../local/sample-day';

const dynamodb = mockClient(DynamoDBClient);
const s3 = mockClient(S3Client);
beforeEach(() => {
  dynamodb.reset();
  s3.reset();
});

const region = { region: 'eu-north-1' };
const put = () => putSampleDay({ s3: region, dynamodb: region }, { EventsBucket: 'events', UsersTable: 'users' });
const data = (name: string) => readFileSync(join(__dirname, '..', '..', 'data', name));

test('every user of the sample day is in the table, also those whom DynamoDB did not take at once', async () => {
  const taken: string[] = [];
  dynamodb.on(BatchWriteItemCommand).callsFake(({ RequestItems }) => {
    const requests: { PutRequest: { Item: { id: { S: string } } } }[] = RequestItems.users;
    const isFirst = taken.length === 0;
    const left = isFirst ? requests.slice(3) : [];
    taken.push(...requests.slice(0, isFirst ? 3 : undefined).map(({ PutRequest }) => PutRequest.Item.id.S));
    return { UnprocessedItems: left.length > 0 ? { users: left } : {} };
  });
  await put();
  const users: { id: string }[] = JSON.parse(data('users.json').toString());
  expect(taken.sort()).toEqual(users.map(({ id }) => id).sort());
  const [call] = s3.commandCalls(PutObjectCommand);
  expect(call?.args[0].input).toMatchObject({ Bucket: 'events', Key: sampleDayKey, Body: data(sampleDayKey) });

  const known = new Set(taken);
  const ids =
    data(sampleDayKey)
      .toString()
      .match(/u\d{4}/g) ?? [];
  expect(ids.filter((id) => !known.has(id))).toEqual([]);
});

test('the events come last, so that nobody sees them without their users', async () => {
  dynamodb.on(BatchWriteItemCommand).rejects(new Error('no table'));
  await expect(put()).rejects.toThrow('no table');
  expect(s3.commandCalls(PutObjectCommand)).toEqual([]);
});
