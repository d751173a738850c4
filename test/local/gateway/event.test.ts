import { send, startSmallCloud } from '../small-cloud';

const echo = 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });';
const claims = {
  sub: 'u-1',
  auth_time: 1466409909,
  exp: 1466413509,
  iat: 1466409909,
  'cognito:groups': ['admin', 'ops'],
};

let cloud: Awaited<ReturnType<typeof startSmallCloud>>;
beforeAll(async () => {
  cloud = await startSmallCloud({
    authorize: async () => claims,
    routes: [
      { resourcePath: '/v1/files/{id}', httpMethod: 'POST', source: echo },
      { resourcePath: '/v1/me', source: echo, authorizer: { userPoolIds: ['p'], scopes: [] } },
      { resourcePath: '/v1/{proxy+}', httpMethod: 'ANY', source: echo },
    ],
  });
});
afterAll(() => cloud.close());

const eventOf = async (path: string, request?: Parameters<typeof send>[1]) =>
  JSON.parse((await send(`${cloud.url}${path}`, request)).body.toString());

it('gives a function the event of a Lambda proxy integration, whole', async () => {
  const { host, port } = new URL(cloud.url);
  const event = await eventOf('/api/v1/files/a%20b?x=1&y=%C3%A9+e&x=2&empty', {
    method: 'POST',
    headers: [
      'X-One',
      '1',
      'x-many',
      'a',
      'x-many',
      'b',
      'User-Agent',
      'test',
      'Content-Type',
      'text/csv',
      'Content-Length',
      '3',
    ],
    body: Buffer.from([0xef, 0x00, 0xff]),
  });

  const { requestId } = event.requestContext;
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  const received = new Date(event.requestContext.requestTimeEpoch);
  expect(Math.abs(Date.now() - received.getTime())).toBeLessThan(60_000);
  expect(event).toEqual({
    resource: '/v1/files/{id}',
    path: '/v1/files/a%20b',
    httpMethod: 'POST',
    headers: {
      Host: host,
      'X-One': '1',
      'x-many': 'b',
      'User-Agent': 'test',
      'Content-Type': 'text/csv',
      'Content-Length': '3',
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': port,
      'X-Forwarded-Proto': 'http',
    },
    multiValueHeaders: {
      Host: [host],
      'X-One': ['1'],
      'x-many': ['a', 'b'],
      'User-Agent': ['test'],
      'Content-Type': ['text/csv'],
      'Content-Length': ['3'],
      'X-Forwarded-For': ['127.0.0.1'],
      'X-Forwarded-Port': [port],
      'X-Forwarded-Proto': ['http'],
    },
    queryStringParameters: { x: '2', y: 'é e', empty: '' },
    multiValueQueryStringParameters: { x: ['1', '2'], y: ['é e'], empty: [''] },
    pathParameters: { id: 'a b' },
    stageVariables: null,
    requestContext: {
      accountId: '000000000000',
      apiId: 'abcdefghij',
      domainName: '127.0.0.1',
      domainPrefix: '127',
      extendedRequestId: requestId,
      httpMethod: 'POST',
      identity: {
        accessKey: null,
        accountId: null,
        caller: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: '127.0.0.1',
        user: null,
        userAgent: 'test',
        userArn: null,
      },
      path: '/api/v1/files/a%20b',
      protocol: 'HTTP/1.1',
      requestId,
      requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      requestTimeEpoch: received.getTime(),
      resourceId: 'resource-0',
      resourcePath: '/v1/files/{id}',
      stage: 'api',
    },
    body: '7wD/',
    isBase64Encoded: true,
  });
});

it('says null where there is no query, no parameter and no body', async () => {
  const event = await eventOf('/api/v1/me');
  expect(event).toMatchObject({
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    body: null,
    isBase64Encoded: false,
  });
});

it('gives claims as strings, times as dates and lists joined', async () => {
  const event = await eventOf('/api/v1/me');
  expect(event.requestContext.authorizer).toEqual({
    claims: {
      sub: 'u-1',
      auth_time: '1466409909',
      exp: 'Mon Jun 20 09:05:09 UTC 2016',
      iat: 'Mon Jun 20 08:05:09 UTC 2016',
      'cognito:groups': 'admin,ops',
    },
  });
});

it('sends a method that a resource does not name to ANY, and what no resource matches to the greedy one', async () => {
  expect(await eventOf('/api/v1/nothing/here')).toMatchObject({
    resource: '/v1/{proxy+}',
    pathParameters: { proxy: 'nothing/here' },
  });
});

it('refuses a path that is not percent-encoded UTF-8', async () => {
  expect((await send(`${cloud.url}/api/v1/files/%ff`, { method: 'POST' })).status).toBe(400);
});
