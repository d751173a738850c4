import { createHash, createHmac } from 'node:crypto';
import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider';
import { aPool, credentials, region, startTestCognito } from './cognito-fixture';

type TestCognito = Awaited<ReturnType<typeof startTestCognito>>;

const { id: UserPoolId } = aPool();
let cognito: TestCognito;
beforeAll(async () => {
  cognito = await startTestCognito();
  await cognito.createUser('ann@example.com');
});
afterAll(() => cognito.close());

const ask = async (config: Partial<CognitoIdentityProviderClientConfig>, offsetMs = 0) => {
  const systemClockOffset = cognito.clock.nowMs - Date.now() + offsetMs;
  const sdk = new CognitoIdentityProviderClient({
    endpoint: cognito.url,
    region,
    credentials,
    maxAttempts: 1,
    systemClockOffset,
    ...config,
  });
  try {
    return await sdk.send(new AdminGetUserCommand({ UserPoolId, Username: 'ann@example.com' }));
  } finally {
    sdk.destroy();
  }
};

test("an administrator's signature is taken, also by a clock that is somewhat off", async () => {
  for (const offsetMs of [0, -14 * 60_000, 14 * 60_000]) {
    expect(await ask({}, offsetMs)).toMatchObject({ UserStatus: 'CONFIRMED' });
  }
});

test.each([
  ['another secret', { credentials: { ...credentials, secretAccessKey: 'other' } }, 0, 'InvalidSignatureException'],
  ['another key id', { credentials: { ...credentials, accessKeyId: 'other' } }, 0, 'UnrecognizedClientException'],
  ['another region', { region: 'eu-west-1' }, 0, 'InvalidSignatureException'],
  ['a clock that is behind', {}, -16 * 60_000, 'InvalidSignatureException'],
  ['a clock that is ahead', {}, 16 * 60_000, 'InvalidSignatureException'],
])('a signature with %s is refused', async (_, config, offsetMs, name) => {
  await expect(ask(config, offsetMs)).rejects.toMatchObject({ name });
});

/** A request as the SDK would sign it; then sent with what a test changes. */
async function send(changed: { headers?: Record<string, string | undefined>; body?: string; signed?: string }) {
  const body = JSON.stringify({ UserPoolId, Username: 'ann@example.com' });
  const date = new Date(cognito.clock.nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const target = 'AWSCognitoIdentityProviderService.AdminGetUser';
  const scope = `${date.slice(0, 8)}/${region}/cognito-idp/aws4_request`;
  const headers: Record<string, string> = {
    host: new URL(cognito.url).host,
    'x-amz-date': date,
    'x-amz-target': target,
  };
  const names = (changed.signed ?? 'host;x-amz-date;x-amz-target').split(';');
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ];
  const key = scope
    .split('/')
    .reduce<Buffer>((k, part) => hmac(k, part), Buffer.from(`AWS4${credentials.secretAccessKey}`));
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical.join('\n'))].join('\n')).toString(
    'hex',
  );
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const sent = { ...headers, authorization, ...changed.headers };
  const given = Object.entries(sent).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const answer = await fetch(cognito.url, { method: 'POST', headers: given, body: changed.body ?? body });
  return ((await answer.json()) as { __type?: string }).__type;
}

test('a request that is signed by hand is taken', async () => {
  expect(await send({})).toBeUndefined();
});

test.each([
  ['no signature', { headers: { authorization: undefined } }, 'MissingAuthenticationTokenException'],
  ['another scheme', { headers: { authorization: 'Bearer x' } }, 'IncompleteSignatureException'],
  [
    'half a signature',
    { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a/b' } },
    'IncompleteSignatureException',
  ],
  ['no date', { headers: { 'x-amz-date': undefined } }, 'IncompleteSignatureException'],
  ['a date that is none', { headers: { 'x-amz-date': 'today' } }, 'IncompleteSignatureException'],
  ['a body that was changed', { body: JSON.stringify({ UserPoolId, Username: 'bob' }) }, 'InvalidSignatureException'],
  [
    'an operation that was changed',
    { headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminDeleteUser' } },
    'InvalidSignatureException',
  ],
  ['an operation that was not signed', { signed: 'host;x-amz-date' }, 'InvalidSignatureException'],
])('%s is refused', async (_, changed, type) => {
  expect(await send(changed)).toBe(type);
});
