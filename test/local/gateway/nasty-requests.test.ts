import { once } from 'node:events';
import { connect } from 'node:net';
import { startSmallCloud } from '../small-cloud';
import { type NastyRequest, nastyRequests, sourceOf } from './nasty-requests';

/*
 * Another gateway is asked when GATEWAY_ENDPOINT names one that answers each request with the event that it makes of it: as
 * JSON, and in the header X-Event in base64, since HEAD has no body.
 */
const remote = process.env['GATEWAY_ENDPOINT'];

const echo = `exports.handler = async (event) => {
  const body = JSON.stringify(event);
  return { statusCode: 200, headers: body.length < 9000 ? { 'X-Event': Buffer.from(body).toString('base64') } : {}, body };
};`;

let endpoint: URL;
let close = async () => {};
beforeAll(async () => {
  if (remote) {
    endpoint = new URL(remote);
    return;
  }
  const cloud = await startSmallCloud({
    authorize: async () => ({ sub: 'u-1', 'cognito:groups': ['admin', 'ops'], exp: 1466413509 }),
    routes: [
      { resourcePath: '/v1/files/{id}', httpMethod: 'ANY', source: echo },
      { resourcePath: '/v1/me', source: echo, authorizer: { userPoolIds: ['p'], scopes: [] } },
      { resourcePath: '/v1/{proxy+}', httpMethod: 'ANY', source: echo },
    ],
  });
  endpoint = new URL(cloud.url);
  close = cloud.close;
});
afterAll(() => close());

/** Sends the bytes as they stand, and reads the answer to its end. */
async function ask({ line, headers = [], body = '' }: NastyRequest) {
  const [method, target] = line.split(' ');
  const start = line.endsWith(' HTTP/1.1') ? line : `${method} /api${target} HTTP/1.1`;
  const socket = connect(Number(endpoint.port), endpoint.hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = once(socket, 'close');
  const lines = [start, `Host: ${endpoint.host}`, 'Connection: close', ...headers, '', body];
  // Not ended: a server may take a half-closed connection for one that was given up.
  socket.write(Buffer.from(lines.join('\r\n'), 'latin1'));
  await ended;
  const text = Buffer.concat(chunks)
    .toString()
    .replace(/^(HTTP\/1.\d 100 .*?\r\n\r\n)+/s, '');
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const inHeader = /^x-event: (\S+)/im.exec(head)?.[1];
  return {
    status: Number(head.split(' ')[1]),
    event: () => JSON.parse(inHeader ? Buffer.from(inHeader, 'base64').toString() : rest.join('\r\n\r\n')),
  };
}

test.each(nastyRequests.map((request) => [request.name, request] as const))('%s', async (_, request) => {
  const answer = await ask(request);
  if (request.refused !== undefined) {
    expect(answer.status).toBe(request.refused);
    return;
  }
  expect(answer.status).toBe(200);
  const event = answer.event();
  for (const [member, expected] of Object.entries(request.event ?? {})) {
    if (member === 'headers' || member === 'multiValueHeaders') {
      expect([member, event[member]]).toEqual([member, expect.objectContaining(present(expected))]);
      const absent = Object.keys(expected as object).filter((name) => !(name in present(expected)));
      expect(Object.keys(event[member]).filter((name) => absent.includes(name))).toEqual([]);
    } else {
      expect([member, event[member]]).toEqual([member, expected]);
    }
  }
});

const present = (expected: unknown) =>
  Object.fromEntries(Object.entries(expected as object).filter(([, value]) => value !== undefined));

test('every event says where the request came in, and when', async () => {
  const before = Date.now();
  const { event } = await ask({
    name: '',
    line: 'DELETE /v1/files/a',
    headers: ['User-Agent: nasty'],
    source: 'input',
  });
  const { requestContext } = event();
  expect(requestContext).toMatchObject({
    httpMethod: 'DELETE',
    identity: { sourceIp: '127.0.0.1', userAgent: 'nasty' },
    path: '/api/v1/files/a',
    protocol: 'HTTP/1.1',
    requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    resourcePath: '/v1/files/{id}',
    stage: 'api',
  });
  expect(Math.abs(requestContext.requestTimeEpoch - before)).toBeLessThan(60_000);
});

(remote ? test.skip : test)('an authorizer adds the claims of the token', async () => {
  const { event } = await ask({ name: '', line: 'GET /v1/me', headers: ['Authorization: Bearer x'], source: 'input' });
  expect(event().requestContext.authorizer).toEqual({
    claims: { sub: 'u-1', 'cognito:groups': 'admin,ops', exp: 'Mon Jun 20 09:05:09 UTC 2016' },
  });
});

test('there are 40 of them and more, each with its source', () => {
  expect(nastyRequests.length).toBeGreaterThan(40);
  expect(nastyRequests.map(sourceOf)).not.toContain(undefined);
});
