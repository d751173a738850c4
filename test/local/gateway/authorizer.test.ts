import { createPrivateKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createAuthorizer } from '../../../local/gateway/authorizer';
import { GatewayError } from '../../../local/gateway/gateway-responses';
import { type EmbeddedService, listen } from '../../../local/services/service';
import { send, startSmallCloud } from '../small-cloud';

const poolId = 'us-east-1_AbCdEf123';
const method = { userPoolIds: [poolId], scopes: ['aws.cognito.signin.user.admin'] };
const now = Math.floor(Date.now() / 1000);

interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: object;
}

function newKey(kid: string): Key {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } };
}

function sign({ kid, privateKey }: Key, claims: object = {}): string {
  const payload = {
    sub: 'u-1',
    iss: `https://cognito-idp.us-east-1.amazonaws.com/${poolId}`,
    client_id: 'client',
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin',
    auth_time: now,
    iat: now,
    exp: now + 3600,
    ...claims,
  };
  const text = [{ alg: 'RS256', kid }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = createSign('RSA-SHA256')
    .update(text.join('.'))
    .sign(createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })));
  return [...text, signature.toString('base64url')].join('.');
}

const key = newKey('key-1');
let published: Key[];
let fetches: number;
let pool: EmbeddedService;

beforeEach(async () => {
  published = [key];
  fetches = 0;
  pool = await listen((request, response) => {
    fetches += 1;
    expect(request.url).toBe(`/${poolId}/.well-known/jwks.json`);
    response.end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }));
  });
});
afterEach(() => pool.close());

it('gives the claims of a good access token, and fetches the keys once', async () => {
  const authorize = createAuthorizer([poolId], pool.url);
  expect(await authorize(`Bearer ${sign(key)}`, method)).toMatchObject({ sub: 'u-1', auth_time: now });
  expect(await authorize(`bearer ${sign(key, { sub: 'u-2' })}`, method)).toMatchObject({ sub: 'u-2' });
  expect(fetches).toBe(1);
});

const refused: readonly [string, () => string | undefined, string][] = [
  ['no token', () => undefined, 'Unauthorized'],
  ['an empty one', () => 'Bearer ', 'Unauthorized'],
  ['garbage', () => 'Bearer garbage', 'Unauthorized'],
  ['another scheme', () => 'Basic dTpw', 'Unauthorized'],
  ['another scope', () => `Bearer ${sign(key, { scope: 'openid' })}`, 'Unauthorized'],
  ['an ID token', () => `Bearer ${sign(key, { token_use: 'id', aud: 'client', scope: undefined })}`, 'Unauthorized'],
  [
    'another pool',
    () => `Bearer ${sign(key, { iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other0000' })}`,
    'Unauthorized',
  ],
  ['a forged signature', () => `Bearer ${sign({ ...newKey('key-1') })}`, 'Unauthorized'],
  [
    'a changed payload',
    () => `Bearer ${sign(key).replace(/\.[^.]+\./, `.${sign(key, { sub: 'u-2' }).split('.')[1]}.`)}`,
    'Unauthorized',
  ],
  ['an expired token', () => `Bearer ${sign(key, { exp: now - 60 })}`, 'The incoming token has expired'],
];

it.each(refused)('refuses %s', async (_name, header, message) => {
  const refusal = createAuthorizer([poolId], pool.url)(header(), method);
  await expect(refusal).rejects.toMatchObject({ type: 'UNAUTHORIZED', message });
  await expect(refusal).rejects.toBeInstanceOf(GatewayError);
});

it('fetches the keys again for a key id that it does not know', async () => {
  const authorize = createAuthorizer([poolId], pool.url);
  await authorize(`Bearer ${sign(key)}`, method);
  const rotated = newKey('key-2');
  published = [key, rotated];
  expect(await authorize(`Bearer ${sign(rotated)}`, method)).toMatchObject({ sub: 'u-1' });
  expect(fetches).toBe(2);
});

it('says that the authorizer failed, not the token, when the keys cannot be had', async () => {
  await pool.close();
  const authorize = createAuthorizer([poolId], pool.url);
  await expect(authorize(`Bearer ${sign(key)}`, method)).rejects.toMatchObject({ type: 'AUTHORIZER_FAILURE' });
  pool = await listen(() => {});
});

it('stands in front of the function', async () => {
  const cloud = await startSmallCloud({
    authorize: createAuthorizer([poolId], pool.url),
    routes: [
      {
        resourcePath: '/me',
        source: 'exports.handler = async (e) => ({ statusCode: 200, body: e.requestContext.authorizer.claims.sub });',
        authorizer: method,
      },
    ],
  });
  try {
    expect(await send(`${cloud.url}/api/me`)).toMatchObject({
      status: 401,
      body: Buffer.from('{"message":"Unauthorized"}'),
    });
    const good = await send(`${cloud.url}/api/me`, { headers: ['Authorization', `Bearer ${sign(key)}`] });
    expect(good.body.toString()).toBe('u-1');
  } finally {
    await cloud.close();
  }
});
