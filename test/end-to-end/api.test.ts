import { errorsOf } from '../../src/api/route';
import { routes } from '../../src/api/routes';
import { clientOf, expectProblem } from './client';
import { jsonOf, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();
const { send, get, aUser } = clientOf(server);

test('open routes answer anyone, any origin, with a request id', async () => {
  const health = await get('/health', undefined, { origin: 'https://page.example' });
  expect(await jsonOf(health)).toEqual({ status: 'ok' });
  expect(health.headers.get('access-control-allow-origin')).toBe('*');
  expect(health.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await jsonOf(get('/limits'))).toMatchObject({
    direct_max_bytes: 4194304,
    stream_max_bytes: 190000000,
  });
});

test('unknown paths are 404, wrong methods 405 with Allow, inside the version and out of it', async () => {
  await expectProblem(await get('/no/such/route'), 404, 'RouteNotFound');
  await expectProblem(await fetch(`${server.current.url}/api/v2`), 404, 'RouteNotFound');
  const wrong = await send('/files', { method: 'DELETE' });
  expect(wrong.headers.get('allow')).toBe('GET, POST, OPTIONS');
  await expectProblem(wrong, 405, 'MethodNotAllowed');
});

test('a body that API Gateway does not take is refused as documented, also where none is expected', async () => {
  const large = { method: 'DELETE', body: Buffer.alloc(10_485_761) };
  await expectProblem(await send('/files/YQ', large, 'no token'), 401, 'Unauthenticated');
  const token = await aUser('ann@example.com');
  await expectProblem(await send('/files/YQ', large, token), 413, 'PayloadTooLarge');
  expect(routes.filter((row) => !errorsOf(row).includes('PayloadTooLarge'))).toEqual([]);
});

test('a preflight request is answered without a token', async () => {
  const preflight = await send('/files', {
    method: 'OPTIONS',
    headers: { origin: 'https://page.example', 'access-control-request-method': 'POST' },
  });
  expect(preflight.status).toBe(200);
  expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, POST');
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
});
