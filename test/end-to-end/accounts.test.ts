import { jsonOf, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();

const password = 'Correct-horse-1';

const post = (path: string, body: unknown, token?: string) =>
  fetch(`${server.current.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
const me = (token: string) =>
  fetch(`${server.current.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
const statusAndCode = async (response: Response) => [response.status, (await jsonOf(response)).code];

const mailsTo = async (email: string): Promise<{ readonly code: string }[]> =>
  (await jsonOf(fetch(`${server.current.url}/local/mailbox?to=${encodeURIComponent(email)}`))).data;
const lastCode = async (email: string) => (await mailsTo(email)).at(-1)?.code;

async function confirmed(email: string): Promise<void> {
  await post('/auth/signup', { email, password });
  expect((await post('/auth/confirm', { email, code: await lastCode(email) })).status).toBe(200);
}
const login = async (email: string, secret = password) => jsonOf(post('/auth/login', { email, password: secret }));

test('a code is sent again, and nobody learns for whom', async () => {
  const email = 'again@example.com';
  await post('/auth/signup', { email, password });
  expect(await jsonOf(post('/auth/resend', { email }))).toEqual({ status: 'code_sent' });
  expect(await mailsTo(email)).toHaveLength(2);
  expect((await post('/auth/confirm', { email, code: await lastCode(email) })).status).toBe(200);
  for (const other of [email, 'nobody@example.com']) {
    expect(await jsonOf(post('/auth/resend', { email: other }))).toEqual({ status: 'code_sent' });
    expect(await mailsTo(other)).toHaveLength(other === email ? 2 : 0);
  }
});

test('/auth takes a username, and answers as /auth/login does', async () => {
  await confirmed('user@example.com');
  const tokens = await jsonOf(post('/auth', { username: 'user@example.com', password }));
  expect(Object.keys(tokens)).toEqual(['access_token', 'id_token', 'refresh_token', 'token_type', 'expires_in']);
  expect((await me(tokens.access_token)).status).toBe(200);
});

test('a refresh token gives new tokens, and another text none', async () => {
  await confirmed('fresh@example.com');
  const tokens = await login('fresh@example.com');
  const renewed = await jsonOf(post('/auth/refresh', { refresh_token: tokens.refresh_token }));
  expect((await me(renewed.access_token)).status).toBe(200);
  for (const wrong of [tokens.access_token, 'x', `${tokens.refresh_token}x`]) {
    expect(await statusAndCode(await post('/auth/refresh', { refresh_token: wrong }))).toEqual([
      401,
      'InvalidRefreshToken',
    ]);
  }
});

test('a sign-out ends every token at the next request, and a sign-in at once after it works', async () => {
  const email = 'leaving@example.com';
  await confirmed(email);
  const [first, second] = [await login(email), await login(email)];
  expect(await jsonOf(post('/auth/logout', {}, first.access_token))).toEqual({ status: 'signed_out' });
  for (const { access_token, refresh_token } of [first, second]) {
    expect(await statusAndCode(await me(access_token))).toEqual([401, 'Unauthenticated']);
    expect(await statusAndCode(await post('/auth/refresh', { refresh_token }))).toEqual([401, 'InvalidRefreshToken']);
  }
  const third = await login(email);
  expect((await me(third.access_token)).status).toBe(200);
});

test("one user's sign-out is no other's", async () => {
  await confirmed('one@example.com');
  await confirmed('other@example.com');
  const [one, other] = [await login('one@example.com'), await login('other@example.com')];
  await post('/auth/logout', {}, one.access_token);
  expect((await me(other.access_token)).status).toBe(200);
});

test('a forgotten password is replaced by a code, once, and the sessions of the old one end', async () => {
  const email = 'forgetful@example.com';
  const fresh = 'Another-horse-2';
  await confirmed(email);
  const before = await login(email);
  for (const known of [email, 'nobody@example.com']) {
    expect(await jsonOf(post('/auth/forgot', { email: known }))).toEqual({ status: 'code_sent' });
  }
  expect(await mailsTo('nobody@example.com')).toEqual([]);
  const code = await lastCode(email);
  const reset = (changed: object) => post('/auth/reset', { email, code, password: fresh, ...changed });
  const wrong = code === '000000' ? '000001' : '000000';
  expect(await statusAndCode(await reset({ code: wrong }))).toEqual([400, 'InvalidCode']);
  expect(await statusAndCode(await reset({ email: 'nobody@example.com' }))).toEqual([400, 'InvalidCode']);
  expect(await statusAndCode(await reset({ password: 'short' }))).toEqual([400, 'PasswordNotAccepted']);
  expect(await jsonOf(reset({}))).toEqual({ status: 'password_reset' });
  expect(await statusAndCode(await reset({}))).toEqual([400, 'InvalidCode']);

  expect(await statusAndCode(await me(before.access_token))).toEqual([401, 'Unauthenticated']);
  expect((await login(email)).code).toBe('InvalidCredentials');
  expect((await me((await login(email, fresh)).access_token)).status).toBe(200);
});

test.each([
  ['signup', { email: 'blank@example.com', password: ' Correct-horse-1' }],
  ['signup', { email: 'short@example.com', password: 'x' }],
  ['signup', { email: `${'a'.repeat(120)}@example.com`, password }],
  ['confirm', { email: 'a@b', code: 'not a code' }],
  ['confirm', { email: 'nobody@example.com', code: '123456' }],
  ['login', { email: 'a@b', password: ' ' }],
  ['refresh', { refresh_token: 'é '.repeat(5) }],
  ['forgot', { email: 'a@b', more: 1 }],
  ['reset', { email: 'a@b', code: 'x y', password: 'Correct-horse-1' }],
])("odd values for /auth/%s are the caller's fault: %j", async (route, body) => {
  const response = await post(`/auth/${route}`, body);
  expect([400, 401]).toContain(response.status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
});
