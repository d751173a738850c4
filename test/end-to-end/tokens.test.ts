import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientOf, expectProblem } from './client';
import { useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();
const { send, post, confirmed, login } = clientOf(server);

type Claims = Readonly<Record<string, unknown>>;

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
const rs256 = (key: KeyObject) => (text: string) => sign('sha256', Buffer.from(text), key).toString('base64url');
const now = Math.floor(Date.now() / 1000);
const day = 86_400;

let access: string;
let id: string;
let refresh: string;
let claims: Claims;
let header: { readonly kid: string };
let poolKey: KeyObject;
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

beforeAll(async () => {
  await confirmed('ann@example.com');
  const tokens = await login('ann@example.com');
  [access, id, refresh] = [tokens.access_token, tokens['id_token'] ?? '', tokens['refresh_token'] ?? ''];
  [header, claims] = access.split('.').slice(0, 2).map(decode) as [typeof header, Claims];
  const pools = join(server.current.dataDir, 'cognito');
  const [pool = ''] = readdirSync(pools);
  poolKey = createPrivateKey(JSON.parse(readFileSync(join(pools, pool, 'keys.json'), 'utf8')).signing);
});

/** A token as the pool itself would sign it, with other claims or another header. */
const token = (changed: Claims, head: Claims = {}, signature = rs256(poolKey)) => {
  const text = `${encode({ ...header, alg: 'RS256', ...head })}.${encode({ ...claims, ...changed })}`;
  return `${text}.${signature(text)}`;
};
const bearer = (text: string) => `Bearer ${text}`;
const parts = () => access.split('.') as [string, string, string];
const pem = () => createPublicKey(poolKey).export({ format: 'pem', type: 'spki' });
const foreignJwk = () => foreign.publicKey.export({ format: 'jwk' });

const refused: readonly (readonly [string, () => string | undefined])[] = [
  ['no header', () => undefined],
  ['an empty header', () => ''],
  ['a scheme without a token', () => 'Bearer'],
  ['another scheme', () => 'Basic ZGVtbzpkZW1v'],
  ['garbage', () => bearer('garbage')],
  ['three empty parts', () => bearer('..')],
  ['parts that are no JSON', () => bearer('a.b.c')],
  ['a payload that is no object', () => bearer(`${parts()[0]}.${encode('text')}.${parts()[2]}`)],
  ['a payload of null', () => bearer(`${parts()[0]}.${encode(null)}.${parts()[2]}`)],
  ['no signature', () => bearer(`${parts()[0]}.${parts()[1]}.`)],
  ['the algorithm none', () => bearer(token({}, { alg: 'none' }, () => ''))],
  [
    'a HMAC keyed with the public key',
    () => bearer(token({}, { alg: 'HS256' }, (text) => createHmac('sha256', pem()).update(text).digest('base64url'))),
  ],
  ['another algorithm than was signed with', () => bearer(token({}, { alg: 'RS512' }))],
  ["a foreign signature under the pool's key id", () => bearer(token({}, {}, rs256(foreign.privateKey)))],
  ['a foreign key id', () => bearer(token({}, { kid: 'foreign' }, rs256(foreign.privateKey)))],
  ['no key id', () => bearer(token({}, { kid: undefined }))],
  ['a key in its own header', () => bearer(token({}, { jwk: foreignJwk() }, rs256(foreign.privateKey)))],
  [
    'the address of foreign keys',
    () => bearer(token({}, { kid: 'x', jku: 'http://127.0.0.1:9/jwks.json' }, rs256(foreign.privateKey))),
  ],
  ['a changed payload', () => bearer(`${parts()[0]}.${encode({ ...claims, sub: 'another' })}.${parts()[2]}`)],
  ['half a signature', () => bearer(access.slice(0, -40))],
  ['more than a signature', () => bearer(`${access}.more`)],
  ['two tokens', () => bearer(`${access},${access}`)],
  ['an expired token', () => bearer(token({ exp: now - 60 }))],
  ['no expiry', () => bearer(token({ exp: undefined }))],
  ['an expiry that is no number', () => bearer(token({ exp: 'never' }))],
  ['a token of tomorrow', () => bearer(token({ nbf: now + day }))],
  ['another pool', () => bearer(token({ iss: String(claims['iss']).replace(/_.*/, '_Foreign00') }))],
  ['another region', () => bearer(token({ iss: String(claims['iss']).replace(/us-east-1/g, 'eu-west-1') }))],
  ['an issuer that only begins like ours', () => bearer(token({ iss: `${claims['iss']}.example.com` }))],
  ['the ID token', () => bearer(id)],
  ['an ID token that claims the scope', () => bearer(token({ token_use: 'id' }))],
  ['the refresh token', () => bearer(refresh)],
  ['no use', () => bearer(token({ token_use: undefined }))],
  ['no scope', () => bearer(token({ scope: undefined }))],
  ['another scope', () => bearer(token({ scope: 'openid email' }))],
  ['a scope that only begins like ours', () => bearer(token({ scope: 'aws.cognito.signin.user.administrator' }))],
  ['no subject', () => bearer(token({ sub: undefined }))],
  ['a subject without an account', () => bearer(token({ sub: '00000000-0000-4000-8000-000000000000' }))],
  ['the subject of a claimed home', () => bearer(token({ sub: 'home#ann%40example.com/' }))],
  ['a subject that is a list', () => bearer(token({ sub: ['a', 'b'] }))],
  ['no time of sign-in', () => bearer(token({ auth_time: undefined }))],
  ['a time of sign-in that is no number', () => bearer(token({ auth_time: 'now' }))],
];

/** Where API Gateway asks for a token, and where a guest need send none: each has a verifier of its own. */
const [asked, mayBeGuest] = ['/me', '/maps/c9c5b9a4-3a3e-4a51-9f0e-6d9e5b1f2a77/status'];

test.each(refused)('%s is 401, and never 500', async (_, authorization) => {
  const value = authorization();
  const headers: Record<string, string> = value === undefined ? {} : { authorization: value };
  await expectProblem(await send(asked, { headers }), 401, 'Unauthenticated');
  if (value !== undefined) await expectProblem(await send(mayBeGuest, { headers }), 401, 'Unauthenticated');
});

test('the token that all these were made from is good, and so is one that the pool signs like it', async () => {
  for (const good of [access, token({})]) {
    expect((await send(asked, {}, good)).status).toBe(200);
    expect((await send(mayBeGuest, {}, good)).status).toBe(404);
  }
});

test('an ID token refreshes nothing, and neither does an access token', async () => {
  for (const refresh_token of [id, access]) {
    await expectProblem(await post('/auth/refresh', { refresh_token }), 401, 'InvalidRefreshToken');
  }
});
