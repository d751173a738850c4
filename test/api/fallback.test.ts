import { handler } from '../../lambdas/fallback';
import { routes } from '../../src/api/routes';

test('a path without the method is 405 and lists those it has', async () => {
  const answer = await handler({ httpMethod: 'DELETE', resource: '/v1/files' });
  expect(answer).toMatchObject({ statusCode: 405, headers: { allow: 'GET, POST, OPTIONS' } });
  expect(JSON.parse(answer.body)).toMatchObject({
    code: 'MethodNotAllowed',
    detail: 'This path takes GET, POST, OPTIONS.',
  });
});

test('an unknown path is 404', async () => {
  const answer = await handler({ httpMethod: 'GET', resource: '/v1/{proxy+}' });
  expect(answer.statusCode).toBe(404);
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'RouteNotFound' });
});

test.each([...new Set(routes.map(({ path }) => path))])(
  'a preflight request of %s is told what it may send',
  async (path) => {
    const answer = await handler({
      httpMethod: 'OPTIONS',
      resource: `/v1${path}`,
      headers: { origin: 'https://a.example', 'access-control-request-method': 'GET' },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers?.['access-control-allow-headers']).toContain('Authorization');
    expect(answer.headers?.['access-control-allow-methods']).toBe(
      routes
        .filter((row) => row.path === path)
        .map(({ method }) => method)
        .join(', '),
    );
  },
);
