import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// The pool's keys come from a server here; the tokens are signed with keys that are in it, or not.

const userPoolId = 'us-east-1_aBcDeFgHi';
const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`;
process.env['COGNITO_USER_POOL_ID'] = userPoolId;

function aKey(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } };
}
const [first, second, stranger] = [aKey('first'), aKey('second'), aKey('first')];

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const nowSeconds = Math.floor(Date.now() / 1000);
const good = {
  iss: issuer,
  sub: 'ann',
  token_use: 'access',
  scope: 'aws.cognito.signin.user.admin',
  auth_time: 123,
  exp: nowSeconds + 600,
  client_id: 'client',
};

function token(claims: object = {}, { kid, privateKey } = first, alg = 'RS256'): string {
  const signed = `${encode({ kid, alg })}.${encode({ ...good, ...claims })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')}`;
}

let published = [first];
let fetches = 0;
let failure: { readonly status: number; readonly body?: string } | undefined;
const server = createServer((request, response) => {
  fetches++;
  if (failure) response.writeHead(failure.status).end(failure.body);
  else if (request.url === `/${userPoolId}/.well-known/jwks.json`)
    response.end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }));
  else response.writeHead(404).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'] =
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  published = [first];
  fetches = 0;
  failure = undefined;
  jest.resetModules();
});

/** A verifier of a function that has just started: it holds no keys. */
const fresh = () =>
  (require('../../src/aws/token-verifier') as typeof import('../../src/aws/token-verifier')).cognitoTokenVerifier();

test('a good token tells who signed in and when; the keys are fetched once', async () => {
  const verifier = fresh();
  for (let count = 0; count < 3; count++) expect(await verifier.verify(token())).toEqual({ sub: 'ann', authTime: 123 });
  expect(fetches).toBe(1);
});

test.each([
  ['one that is forged', token({}, stranger)],
  ['one of another pool', token({ iss: `${issuer}x` })],
  ['one that has expired', token({ exp: nowSeconds - 1 })],
  ['one without an end', token({ exp: undefined })],
  ['one without a subject', token({ sub: undefined })],
  ['one of an empty subject', token({ sub: '' })],
  ['an ID token', token({ token_use: 'id', aud: 'client' })],
  ['one without the scope', token({ scope: 'openid' })],
  ['one that is signed by no one', `${encode({ kid: 'first', alg: 'none' })}.${encode(good)}.`],
  ['one without a key', `${encode({ alg: 'RS256' })}.${encode(good)}.eA`],
  ['no token', 'nonsense'],
])('%s is none', async (_, bad) => {
  expect(await fresh().verify(bad)).toBeUndefined();
});

test('for an unknown key the keys are fetched once more, and a new key is good at once, whatever was forged before', async () => {
  const verifier = fresh();
  await verifier.verify(token());
  expect(await verifier.verify(token({}, aKey('unknown')))).toBeUndefined();
  expect(await verifier.verify(token({}, aKey('unknown')))).toBeUndefined();
  expect(fetches).toBe(2);
  published = [first, second];
  expect(await verifier.verify(token({}, second))).toEqual({ sub: 'ann', authTime: 123 });
  expect(await verifier.verify(token())).toEqual({ sub: 'ann', authTime: 123 });
  expect(fetches).toBe(3);
});

test('many forged keys do not fetch for ever', async () => {
  const verifier = fresh();
  for (let count = 0; count < 40; count++) {
    expect(await verifier.verify(token({}, { ...stranger, kid: `forged ${count}` }))).toBeUndefined();
  }
  expect(fetches).toBe(20);
});

test.each([
  ['answers with a fault', { status: 500 }],
  ['answers no keys', { status: 200, body: '{}' }],
  ['answers no JSON', { status: 200, body: 'down' }],
])('where the pool %s it rejects, and says nothing of the token; later it works', async (_, fault) => {
  const verifier = fresh();
  failure = fault;
  await expect(verifier.verify(token())).rejects.toThrow();
  failure = undefined;
  expect(await verifier.verify(token())).toEqual({ sub: 'ann', authTime: 123 });
});

test('where the pool cannot be reached it rejects', async () => {
  const endpoint = process.env['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'];
  process.env['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'] = 'http://127.0.0.1:1';
  await expect(fresh().verify(token())).rejects.toThrow('Failed to fetch');
  process.env['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'] = endpoint;
});
