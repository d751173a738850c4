import type { GatewayResponse } from '../../../local/template/api';
import { send, startSmallCloud } from '../small-cloud';

const template =
  '{"code":"$context.error.responseType","detail":$context.error.messageString,"plain":"$context.error.message",' +
  '"id":"$context.requestId","path":"$context.path","method":"$context.httpMethod","on":"$context.resourcePath","none":"$context.unknown"}';

const responses: readonly GatewayResponse[] = [
  {
    type: 'MISSING_AUTHENTICATION_TOKEN',
    statusCode: 404,
    headers: {
      'Content-Type': "'application/problem+json'",
      'X-Request-Id': 'context.requestId',
      'Access-Control-Allow-Origin': 'method.request.header.Origin',
    },
    templates: { 'application/json': template },
  },
  { type: 'DEFAULT_5XX', statusCode: 500, headers: {}, templates: { 'application/json': '{"code":"InternalError"}' } },
  { type: 'DEFAULT_4XX', headers: {}, templates: { 'text/plain': 'refused', 'application/json': '{"refused":true}' } },
];

const routes = [
  { resourcePath: '/fails/{id}', source: "exports.handler = async () => 'no answer';", httpMethod: 'POST' },
];

it('answers from the template of the type, its variables filled in and its headers mapped', async () => {
  const cloud = await startSmallCloud({ routes, gatewayResponses: responses });
  try {
    const { status, headers, body } = await send(`${cloud.url}/api/nowhere?x=1`, { headers: ['Origin', 'http://a.b'] });
    expect(status).toBe(404);
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json',
      'access-control-allow-origin': 'http://a.b',
      'x-amzn-errortype': 'MissingAuthenticationTokenException',
    });
    expect(JSON.parse(body.toString())).toEqual({
      code: 'MISSING_AUTHENTICATION_TOKEN',
      detail: 'Missing Authentication Token',
      plain: 'Missing Authentication Token',
      id: headers['x-request-id'],
      path: '/api/nowhere',
      method: 'GET',
      on: '',
      none: '',
    });
    expect((await send(`${cloud.url}/api/nowhere`)).headers['access-control-allow-origin']).toBeUndefined();
  } finally {
    await cloud.close();
  }
});

it('takes no type for a template that every object has by birth', async () => {
  const cloud = await startSmallCloud({ routes, gatewayResponses: responses });
  try {
    const refused = await send(`${cloud.url}/api/nowhere`, { headers: ['Accept', 'constructor, toString'] });
    expect([refused.status, JSON.parse(refused.body.toString()).path]).toEqual([404, '/api/nowhere']);
  } finally {
    await cloud.close();
  }
});

it('falls back to the defaults of the template, whose media type the client may choose', async () => {
  const cloud = await startSmallCloud({ routes, gatewayResponses: responses });
  try {
    const failed = await send(`${cloud.url}/api/fails/1`, { method: 'POST' });
    expect([failed.status, failed.body.toString()]).toEqual([500, '{"code":"InternalError"}']);

    const tooLong = { method: 'POST', body: Buffer.alloc(11 * 1024 * 1024) };
    const json = await send(`${cloud.url}/api/fails/1`, tooLong);
    expect([json.status, json.body.toString()]).toEqual([413, '{"refused":true}']);
    const text = await send(`${cloud.url}/api/fails/1`, { ...tooLong, headers: ['Accept', 'text/plain;q=1, */*'] });
    expect([text.headers['content-type'], text.body.toString()]).toEqual(['text/plain', 'refused']);
  } finally {
    await cloud.close();
  }
});

it('answers as API Gateway does by itself where the template says nothing', async () => {
  const cloud = await startSmallCloud({ routes });
  try {
    for (const path of ['/api/nowhere', '/api/fails/1', '/elsewhere', '/']) {
      const { status, headers, body } = await send(`${cloud.url}${path}`);
      expect([status, body.toString()]).toEqual([403, '{"message":"Missing Authentication Token"}']);
      expect(headers['content-type']).toBe('application/json');
    }
  } finally {
    await cloud.close();
  }
});
