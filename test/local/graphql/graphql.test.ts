import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, PutItemCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import type { FaultSettings } from '../../../local/graphql/faults';
import { createGraphql } from '../../../local/graphql/graphql';
import { startDynamodb } from '../../../local/services/dynamodb/dynamodb';
import { type EmbeddedService, listen } from '../../../local/services/service';
import { graphqlUserDirectory } from '../../../src/aws/user-directory';
import {
  aClient,
  aPool,
  credentials,
  region,
  signIn,
  startTestCognito,
  type TestCognito,
} from '../services/cognito/fixture';

// The machine may be busy with other tests.
jest.setTimeout(60_000);

const pool = aPool({ clients: [aClient(), aClient({ id: 'client10' })] });
const foreignPool = aPool({ id: 'us-east-1_Foreign01', clients: [aClient({ id: 'foreign1' })] });
const file = (name: string) => readFileSync(join(__dirname, '..', '..', '..', 'lambdas', 'graphql', name), 'utf8');

let dir: string;
let cognito: TestCognito;
let foreign: TestCognito;
let dynamodb: EmbeddedService;
let tokens: { readonly access: string; readonly id: string };
const closers: (() => unknown)[] = [];

const config = {
  url: '',
  schema: file('technical_test_schema.graphql'),
  userPoolId: pool.id,
  clientPattern: 'client1',
  resolvers: [{ typeName: 'Query', fieldName: 'fetchUser', code: file('fetch-user.js'), tableName: 'Users' }],
};

const dynamodbConfig = () => ({ region, credentials, endpoint: dynamodb.url, maxAttempts: 1 });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'graphql-'));
  dynamodb = await startDynamodb({ dir });
  cognito = await startTestCognito(pool);
  foreign = await startTestCognito(foreignPool);
  for (const { clock } of [cognito, foreign]) clock.nowMs = Date.now();
  await cognito.createUser('ann@example.com');
  const { AuthenticationResult: { AccessToken = '', IdToken = '' } = {} } = await cognito.signIn('ann@example.com');
  tokens = { access: AccessToken, id: IdToken };
  const client = new DynamoDBClient(dynamodbConfig());
  await client.send(
    new CreateTableCommand({
      TableName: 'Users',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName: 'Users' });
  const Item = { id: { S: 'u1' }, firstName: { S: 'Ann' }, lastName: { S: 'Lee' }, role: { S: 'analyst' } };
  await client.send(new PutItemCommand({ TableName: 'Users', Item }));
  await client.send(new PutItemCommand({ TableName: 'Users', Item: { id: { S: 'u2' } } }));
  client.destroy();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(async () => {
  await cognito.close();
  await foreign.close();
  await dynamodb.close();
  await rm(dir, { recursive: true });
});

async function start(changed: Partial<typeof config> = {}, faults?: FaultSettings) {
  const graphql = createGraphql({
    config: { ...config, ...changed },
    dynamodb: dynamodbConfig(),
    cognitoUrl: cognito.url,
    ...(faults && { faults }),
  });
  const service = await listen(graphql.listener);
  closers.push(() => service.close(), graphql.close);
  return `${service.url}/graphql`;
}

const post = (url: string, query: string, token = tokens.access, variables = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: token },
    body: JSON.stringify({ query, variables }),
  });

test('the template resolver reads users of the table, null for nobody, and null for what they lack', async () => {
  const url = await start();
  for (const token of [tokens.access, tokens.id]) {
    const answer = await post(
      url,
      'query($a: String!) { u0: fetchUser(id: $a) { id firstName lastName role } u1: fetchUser(id: "u2") { id role } u2: fetchUser(id: "u3") { id } }',
      token,
      { a: 'u1' },
    );
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        data: {
          u0: { id: 'u1', firstName: 'Ann', lastName: 'Lee', role: 'analyst' },
          u1: { id: 'u2', role: null },
          u2: null,
        },
      },
    ]);
  }
});

test("the command line's directory reads it", async () => {
  const directory = graphqlUserDirectory({ url: await start(), token: async () => tokens.access, now: Date.now });
  const { users, failure } = await directory.fetchUsers(['u1', 'gone', 'u2']);
  expect(failure).toBeUndefined();
  expect([...users]).toEqual([
    ['u1', { firstName: 'Ann', lastName: 'Lee', role: 'analyst' }],
    ['gone', null],
    ['u2', { firstName: null, lastName: null, role: null }],
  ]);
});

test('a field that fails is null, and its error names it', async () => {
  const answer = await post(await start(), '{ good: fetchUser(id: "u1") { id } bad: fetchUser(id: "") { id } }');
  expect(await answer.json()).toMatchObject({
    data: { good: { id: 'u1' }, bad: null },
    errors: [{ path: ['bad'], extensions: { errorType: 'DynamoDB:ValidationException' } }],
  });
});

test.each([
  ['no token', () => '', 'Missing authorization header'],
  ['garbage', () => 'garbage', 'Unable to parse JWT token.'],
  ['the word Bearer, as AppSync does', () => `Bearer ${tokens.access}`, 'Unable to parse JWT token.'],
  ['a forged token', () => `${tokens.access.slice(0, -6)}AAAAAA`, 'Unable to parse JWT token.'],
  ["another pool's token", foreignToken, 'Unable to parse JWT token.'],
  ['a token of another client', clientToken, 'Unauthorized client'],
  ['an expired token', expiredToken, 'Token has expired.'],
])('refuses %s', async (_what, token, message) => {
  const answer = await post(await start(), '{ fetchUser(id: "u1") { id } }', await token());
  expect([answer.status, await answer.json()]).toEqual([
    401,
    { errors: [{ errorType: 'UnauthorizedException', message }] },
  ]);
});

async function foreignToken() {
  await foreign.createUser('eve@example.com');
  return (await signIn(foreign.sdk, 'foreign1', 'eve@example.com')).AuthenticationResult?.AccessToken ?? '';
}

/** Of a client whose id only begins as that of ours. */
async function clientToken() {
  return (await signIn(cognito.sdk, 'client10', 'ann@example.com')).AuthenticationResult?.AccessToken ?? '';
}

async function expiredToken() {
  cognito.clock.nowMs = Date.now() - 2 * 3_600_000;
  try {
    return (await cognito.signIn('ann@example.com')).AuthenticationResult?.AccessToken ?? '';
  } finally {
    cognito.clock.nowMs = Date.now();
  }
}

test('refuses other methods, a body that is too large or no JSON, and a query that is none', async () => {
  const url = await start();
  expect((await fetch(url)).status).toBe(405);
  expect((await post(url, 'x'.repeat(1024 * 1024))).status).toBe(413);
  const headers = { 'content-type': 'application/json', authorization: tokens.access };
  expect((await fetch(url, { method: 'POST', headers, body: '{"half' })).status).toBe(400);
  expect(await (await post(url, '{ nope }')).json()).toMatchObject({
    errors: [{ message: expect.stringContaining('nope') }],
  });
});

test('a page of another origin may ask', async () => {
  const answer = await fetch(await start(), {
    method: 'OPTIONS',
    headers: { origin: 'http://a.example', 'access-control-request-method': 'POST' },
  });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, 'http://a.example']);
});

test('requests fail at the rate that is asked for, those without a good token always in the same way', async () => {
  const url = await start({}, { rate: 1, seed: 3 });
  const directory = graphqlUserDirectory({ url, token: async () => tokens.access, timeoutMs: 200, now: Date.now });
  for (let request = 0; request < 6; request += 1) {
    expect((await directory.fetchUsers(['u1'])).failure?.kind).toBe('passing');
  }
  expect((await post(url, '{ fetchUser(id: "u1") { id } }', 'garbage')).status).toBe(401);
});

test.each([
  ['export function request() { return {}; }', 'must export request and response'],
  ["import x from 'node:fs'; export function request() { return x; } export const response = request;", 'node:fs'],
])('a resolver that cannot run is refused at the start: %s', async (code, words) => {
  const resolvers = [{ typeName: 'Query', fieldName: 'fetchUser', code, tableName: 'Users' }];
  await expect(start({ resolvers })).rejects.toThrow(words);
});

test('a resolver that asks for what is not emulated says so', async () => {
  const code = "export const request = () => ({ operation: 'Scan' }); export const response = (ctx) => ctx.result;";
  const url = await start({ resolvers: [{ typeName: 'Query', fieldName: 'fetchUser', code, tableName: 'Users' }] });
  expect(await (await post(url, '{ fetchUser(id: "u1") { id } }')).json()).toMatchObject({
    errors: [{ message: 'The embedded AppSync knows GetItem only.' }],
  });
});
