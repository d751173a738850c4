import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { dynamoAccountStore } from '../../src/aws/account-store';

const dynamo = mockClient(DynamoDBDocumentClient);
process.env['ACCOUNTS_TABLE'] = 'accounts';
const accounts = dynamoAccountStore();
beforeEach(() => dynamo.reset());

test('an account is read consistently, so that a deactivation acts on the next request', async () => {
  dynamo.on(GetCommand).resolves({});
  expect(await accounts.find('s')).toBeUndefined();
  expect(dynamo.commandCalls(GetCommand)[0]?.args[0].input).toMatchObject({ ConsistentRead: true });
});

test("a home that is another's is not claimed", async () => {
  dynamo.on(PutCommand).rejects(new ConditionalCheckFailedException({ message: '', $metadata: {} }));
  expect(await accounts.claimHome('a/', 's')).toBe(false);
});

test('a fault of DynamoDB is no answer', async () => {
  dynamo.onAnyCommand().rejects(Object.assign(new Error('x'), { name: 'ProvisionedThroughputExceededException' }));
  const user = { id: 's', email: 'a@b.co', emailVerified: true, groups: [] };
  for (const call of [
    accounts.find('s'),
    accounts.claimHome('a/', 's'),
    accounts.recordSignIn(user, 'a/'),
    accounts.signOut('s', 1),
  ]) {
    await expect(call).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
  }
});

test('a sign-in never changes home, activity or sign-out of a record that has them', async () => {
  dynamo.on(UpdateCommand).resolves({ Attributes: { sub: 's' } });
  await accounts.recordSignIn({ id: 's', email: 'a@b.co', emailVerified: true, groups: [] }, 'a/');
  const { UpdateExpression } = dynamo.commandCalls(UpdateCommand)[0]?.args[0].input ?? {};
  for (const frozen of ['home', 'is_active', 'tokens_valid_after']) {
    expect(UpdateExpression).toContain(`${frozen} = if_not_exists(${frozen}, `);
  }
});

test('a sign-out of an unknown account, or before the last one, changes nothing and is no error', async () => {
  dynamo.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: '', $metadata: {} }));
  await expect(accounts.signOut('s', 5)).resolves.toBeUndefined();
  expect(dynamo.commandCalls(UpdateCommand)[0]?.args[0].input.ConditionExpression).toBe('tokens_valid_after < :value');
});

test('an operator may decide on the activity of someone who has not signed in yet, who is no account for that', async () => {
  dynamo.on(UpdateCommand).resolves({});
  await accounts.setActive('s', false);
  expect(dynamo.commandCalls(UpdateCommand)[0]?.args[0].input.ConditionExpression).toBeUndefined();
  dynamo.on(GetCommand).resolves({ Item: { sub: 's', is_active: false } });
  expect(await accounts.find('s')).toBeUndefined();
});

test('groups are set in a record that there is, and make none', async () => {
  dynamo.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: '', $metadata: {} }));
  await accounts.setGroups('s', ['admin']);
  expect(dynamo.commandCalls(UpdateCommand)[0]?.args[0].input.ConditionExpression).toBe('attribute_exists(home)');
});
