import { clientOf, expectProblem, password } from './client';
import { jsonOf, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();
const { get, post, upload, mailsTo, codeFor, confirmed, login } = clientOf(server);
const me = (token: string) => get('/me', token);
const statusAndCode = async (response: Response) => [response.status, (await jsonOf(response)).code];

describe('signing up and in', () => {
  const email = 'dora@example.com';

  test('an account is of no use before its email is confirmed', async () => {
    expect(await jsonOf(post('/auth/signup', { email, password }))).toEqual({ status: 'confirmation_required' });
    await expectProblem(await post('/auth/login', { email, password }), 403, 'EmailNotConfirmed');
    await expectProblem(await post('/auth/login', { email, password: 'wrong' }), 401, 'InvalidCredentials');
    await expectProblem(await post('/auth/confirm', { email, code: '000000' }), 400, 'InvalidCode');
  });

  test('signing up again answers alike and mails a new code, and only the newest code works', async () => {
    const first = await codeFor(email);
    expect(await jsonOf(post('/auth/signup', { email, password }))).toEqual({ status: 'confirmation_required' });
    const second = await codeFor(email);
    if (first !== second) await expectProblem(await post('/auth/confirm', { email, code: first }), 400, 'InvalidCode');
    expect(await jsonOf(post('/auth/confirm', { email, code: second }))).toEqual({ status: 'confirmed' });
    await expectProblem(await post('/auth/confirm', { email, code: second }), 400, 'InvalidCode');
    expect(await jsonOf(post('/auth/signup', { email, password }))).toEqual({ status: 'confirmation_required' });
  });

  test('a signed-in user is known by the record of the account', async () => {
    const tokens = await jsonOf(post('/auth/login', { email: 'DORA@example.com', password }));
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3600, refresh_token: expect.any(String) });
    expect(await jsonOf(get('/me', tokens.access_token))).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email,
      email_verified: true,
      is_active: true,
      groups: [],
    });
    await expectProblem(await get('/me', tokens.id_token), 401, 'Unauthenticated');
    const [header, payload, signature] = tokens.access_token.split('.');
    const forged = [header, payload, signature.replace(/^./, (c: string) => (c === 'A' ? 'B' : 'A'))].join('.');
    await expectProblem(await get('/me', forged), 401, 'Unauthenticated');
  });

  test('an unknown email signs in as a wrong password does', async () => {
    const known = await jsonOf(post('/auth/login', { email, password: 'wrong' }));
    const unknown = await jsonOf(post('/auth/login', { email: 'nobody@example.com', password }));
    expect([unknown.code, unknown.detail, unknown.status]).toEqual([known.code, known.detail, known.status]);
  });

  test('weak passwords, bad emails and unknown fields are 400 with a pointer', async () => {
    const weak = await expectProblem(
      await post('/auth/signup', { email: 'e@example.com', password: 'short' }),
      400,
      'PasswordNotAccepted',
    );
    expect(weak.errors[0].pointer).toBe('/password');
    const bad = await expectProblem(
      await post('/auth/signup', { email: 'nobody', password, admin: true }),
      400,
      'ValidationFailed',
    );
    expect(bad.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/email', '/admin']);
  });
});

test('a code is sent again, and nobody learns for whom', async () => {
  const email = 'again@example.com';
  await post('/auth/signup', { email, password });
  expect(await jsonOf(post('/auth/resend', { email }))).toEqual({ status: 'code_sent' });
  expect(await mailsTo(email)).toHaveLength(2);
  expect((await post('/auth/confirm', { email, code: await codeFor(email) })).status).toBe(200);
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
  const code = await codeFor(email);
  const reset = (changed: object) => post('/auth/reset', { email, code, password: fresh, ...changed });
  const wrong = code === '000000' ? '000001' : '000000';
  expect(await statusAndCode(await reset({ code: wrong }))).toEqual([400, 'InvalidCode']);
  expect(await statusAndCode(await reset({ email: 'nobody@example.com' }))).toEqual([400, 'InvalidCode']);
  expect(await statusAndCode(await reset({ password: 'short' }))).toEqual([400, 'PasswordNotAccepted']);
  expect(await jsonOf(reset({}))).toEqual({ status: 'password_reset' });
  // A spent code is stale, for whichever password.
  expect(await statusAndCode(await reset({}))).toEqual([400, 'InvalidCode']);
  expect(await statusAndCode(await reset({ password: 'A-third-horse-3' }))).toEqual([400, 'InvalidCode']);

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

test('emails that look alike never meet, and one that is spelt another way is the same user', async () => {
  const emails = [
    'bob@x.co',
    'bob@x.com',
    'bob@x.co.uk',
    'a/b@x.com',
    'a@x.com',
    'a%2fb@x.com',
    'bob+1@x.com',
    'bob.1@x.com',
    "o'bob@x.com",
    '~@x.com',
  ];
  const tokens = new Map<string, string>();
  for (const email of emails) {
    await confirmed(email);
    tokens.set(email, (await login(email)).access_token);
  }
  for (const [email, token] of tokens) {
    expect((await upload(token, 'mine.csv', Buffer.from(`${email}\n`))).status).toBe(200);
  }
  const ids = new Set<string>();
  for (const [email, token] of tokens) {
    const { data } = await jsonOf(get('/files', token));
    expect(data.map(({ name }: { name: string }) => name)).toEqual(['mine.csv']);
    expect(await (await get(`/files/${data[0].id}/content`, token)).text()).toBe(`${email}\n`);
    ids.add((await jsonOf(get('/me', token))).id);
  }
  expect(ids.size).toBe(emails.length);

  const shouted = await login('BOB@X.CO');
  expect(await jsonOf(get('/me', shouted.access_token))).toMatchObject({ email: 'bob@x.co' });
  expect((await jsonOf(get('/files', shouted.access_token))).data).toHaveLength(1);
});

test('too many wrong passwords lock that user out for a while, whether there is one, and nobody else', async () => {
  await confirmed('target@example.com');
  await confirmed('bystander@example.com');
  const refusals = [];
  for (const email of ['target@example.com', 'no-target@example.com']) {
    const codes = new Set<string>();
    for (let tries = 0; tries < 8; tries++) {
      const answer = await post('/auth/login', { email, password: 'Wrong-horse-1' });
      if (answer.status === 429) expect(answer.headers.get('retry-after')).toBe('60');
      codes.add((await jsonOf(answer)).code);
    }
    refusals.push([...codes]);
    // At once, while the lock lasts.
    await expectProblem(await post('/auth/login', { email, password }), 429, 'TooManyAttempts');
  }
  expect(refusals).toEqual([
    ['InvalidCredentials', 'TooManyAttempts'],
    ['InvalidCredentials', 'TooManyAttempts'],
  ]);
  expect((await login('bystander@example.com')).access_token).toBeTruthy();
});
