import { createRouter } from '../../../local/gateway/routing';

const route = createRouter(
  [
    'ANY /v1/{proxy+}',
    'GET /v1/files/{id}',
    'ANY /v1/files/{id}',
    'GET /v1/files',
    'GET /v1/files/recent',
    'GET /v1/files/{id}/content',
    'GET /',
  ].map((row) => {
    const [httpMethod = '', resourcePath = ''] = row.split(' ');
    return { httpMethod, resourcePath, resourceId: row, functionName: row, streaming: false, timeoutMs: 1 };
  }),
);

it.each([
  ['GET', '/v1/files', 'GET /v1/files', {}],
  ['GET', '/v1/files/', 'GET /v1/files', {}],
  ['GET', '/v1/files/recent', 'GET /v1/files/recent', {}],
  ['GET', '/v1/files/a', 'GET /v1/files/{id}', { id: 'a' }],
  ['PUT', '/v1/files/a', 'ANY /v1/files/{id}', { id: 'a' }],
  ['GET', '/v1/files/a/content', 'GET /v1/files/{id}/content', { id: 'a' }],
  ['GET', '/v1/files/a/b/c', 'ANY /v1/{proxy+}', { proxy: 'files/a/b/c' }],
  ['GET', '/', 'GET /', {}],
])('%s %s is %s', (method, path, expected, parameters) => {
  expect(route(method, path)).toMatchObject({ method: { functionName: expected }, pathParameters: parameters });
});

it.each([
  ['PUT', '/v1/files'],
  ['GET', '/v1'],
  ['GET', '/v2/files'],
])('%s %s is nothing', (method, path) => {
  expect(route(method, path)).toBeUndefined();
});
