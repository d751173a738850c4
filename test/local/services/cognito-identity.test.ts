import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CognitoIdentityClient,
  type Credentials,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  GetOpenIdTokenCommand,
} from '@aws-sdk/client-cognito-identity';
import {
  AdminDisableUserCommand,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { startCognito } from '../../../local/services/cognito/cognito';
import { startCognitoIdentity } from '../../../local/services/cognito-identity/cognito-identity';
import { startS3 } from '../../../local/services/s3/s3';
import { Sessions } from '../../../local/services/sessions';
import { aClient, aPool, createConfirmedUser, credentials, region, sdkClient, signIn } from './cognito/fixture';

// The machine may be busy with other tests.
jest.setTimeout(60_000);

// The identity pool and the S3 that honours its credentials, driven by the SDK. They share a clock, which can be set.

const userPool = aPool({ clients: [aClient(), aClient({ id: 'other1' })] });
const foreignPool = aPool({ id: 'us-east-1_Foreign01', clients: [aClient({ id: 'foreign1' })] });
const login = (poolId = userPool.id) => `cognito-idp.${region}.amazonaws.com/${poolId}`;
const identityPoolId = 'us-east-1:11111111-2222-4333-8444-555555555555';
const roleArn = 'arn:aws:iam::000000000000:role/reader';
const roles = [
  {
    arn: roleArn,
    statements: [
      { effect: 'Allow' as const, actions: ['s3:ListBucket'], resources: ['arn:aws:s3:::events'] },
      {
        effect: 'Allow' as const,
        actions: ['s3:GetObject'],
        resources: ['arn:aws:s3:::events/*', 'arn:aws:s3:::blind/*'],
      },
      { effect: 'Deny' as const, actions: ['s3:*'], resources: ['arn:aws:s3:::events/secret/*'] },
    ],
  },
];

let dir: string;
let skewMs = 0;
const now = () => Date.now() + skewMs;
let closers: (() => unknown)[];
let userPools: CognitoIdentityProviderClient;
let identity: CognitoIdentityClient;
let s3Url: string;
let idToken: string;

const clientOf = ({ AccessKeyId = '', SecretKey = '', SessionToken = '' }: Credentials) => {
  const session = { accessKeyId: AccessKeyId, secretAccessKey: SecretKey, sessionToken: SessionToken };
  const client = new S3Client({ region, endpoint: s3Url, credentials: session, maxAttempts: 1 });
  client.config.systemClockOffset = skewMs;
  return client;
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'identity-'));
  const sessions = new Sessions(credentials.secretAccessKey, roles);
  const pools = [userPool, foreignPool];
  const cognito = await startCognito({ dir: join(dir, 'cognito'), region, pools, deliver: () => {}, credentials, now });
  const identities = await startCognitoIdentity({
    pools: [
      {
        id: identityPoolId,
        providers: [{ name: login(), clientId: 'client1', serverSideTokenCheck: true }],
        authenticatedRoleArn: roleArn,
      },
    ],
    userPools: cognito,
    sessions,
    now,
  });
  const s3 = await startS3({ dir: join(dir, 's3'), credentials, sessions, region, now });
  s3Url = s3.url;
  userPools = sdkClient(cognito.url, { now });
  // Its operations are unsigned: there are no credentials to sign with.
  identity = new CognitoIdentityClient({ region, endpoint: identities.url, maxAttempts: 1 });
  const owner = new S3Client({ region, endpoint: s3.url, credentials });
  for (const Bucket of ['events', 'files', 'blind']) {
    await owner.send(new CreateBucketCommand({ Bucket }));
    for (const Key of ['day.csv', 'secret/day.csv'])
      await owner.send(new PutObjectCommand({ Bucket, Key, Body: 'rows' }));
  }
  closers = [() => owner.destroy(), () => cognito.close(), () => identities.close(), () => s3.close()];
  await createConfirmedUser(userPools, userPool.id, 'ann@example.com');
  await createConfirmedUser(userPools, foreignPool.id, 'ann@example.com');
  idToken = await idTokenOf('ann@example.com');
});
afterAll(async () => {
  userPools.destroy();
  identity.destroy();
  for (const close of closers) await close();
  await rm(dir, { recursive: true });
});
afterEach(() => {
  skewMs = 0;
});

const tokensOf = async (email: string, client = 'client1') =>
  (await signIn(userPools, client, email)).AuthenticationResult ?? {};
const idTokenOf = async (email: string, client?: string) => (await tokensOf(email, client)).IdToken ?? '';

const getId = (token: string, name = login()) =>
  identity.send(new GetIdCommand({ IdentityPoolId: identityPoolId, Logins: { [name]: token } }));
const getCredentials = (IdentityId: string | undefined, token: string) =>
  identity.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins: { [login()]: token } }));
async function session(): Promise<Credentials> {
  const { Credentials } = await getCredentials((await getId(idToken)).IdentityId, idToken);
  return Credentials ?? {};
}

describe('an identity', () => {
  test('is the same at each sign-in, and another for another user', async () => {
    const { IdentityId } = await getId(idToken);
    expect(IdentityId).toMatch(/^us-east-1:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await getId(await idTokenOf('ann@example.com'))).IdentityId).toBe(IdentityId);
    await createConfirmedUser(userPools, userPool.id, 'bob@example.com');
    expect((await getId(await idTokenOf('bob@example.com'))).IdentityId).not.toBe(IdentityId);
  });

  test('gives credentials for an hour', async () => {
    const { AccessKeyId, SecretKey, SessionToken, Expiration } = await session();
    expect([AccessKeyId, SecretKey, SessionToken]).toEqual([
      expect.stringMatching(/^LSIA[0-9A-F]{16}$/),
      expect.stringMatching(/^.{40}$/),
      expect.any(String),
    ]);
    expect(Math.abs((Expiration?.getTime() ?? 0) - Date.now() - 3_600_000)).toBeLessThan(60_000);
  });

  const refused: readonly [what: string, token: () => Promise<string> | string, name: string, message: string][] = [
    [
      'an access token',
      async () => (await tokensOf('ann@example.com')).AccessToken ?? '',
      login(),
      'signature invalid',
    ],
    ['a forged token', () => `${idToken.slice(0, -6)}AAAAAA`, login(), 'signature invalid'],
    ['garbage', () => 'garbage', login(), 'signature invalid'],
    ["another pool's token", () => idTokenIn(foreignPool.id, 'foreign1'), login(), 'signature invalid'],
    [
      "another pool's login",
      () => idTokenIn(foreignPool.id, 'foreign1'),
      login(foreignPool.id),
      'not from a supported',
    ],
    ["another client's token", () => idTokenOf('ann@example.com', 'other1'), login(), 'Incorrect token audience'],
  ];
  const idTokenIn = async (_poolId: string, client: string) => idTokenOf('ann@example.com', client);

  test.each(refused)('is refused to %s', async (_what, token, name, message) => {
    const failure = { name: 'NotAuthorizedException', message: expect.stringContaining(message) };
    await expect(getId(await token(), name)).rejects.toMatchObject(failure);
  });

  test('is refused when the token has expired', async () => {
    skewMs = 1_800_000;
    await expect(getId(idToken)).rejects.toMatchObject({ message: expect.stringContaining('Token expired') });
  });

  test('is refused to who was signed out or disabled since', async () => {
    for (const [email, Command] of [
      ['out@example.com', AdminUserGlobalSignOutCommand],
      ['off@example.com', AdminDisableUserCommand],
    ] as const) {
      await createConfirmedUser(userPools, userPool.id, email);
      const token = await idTokenOf(email);
      const { IdentityId } = await getId(token);
      await userPools.send(new Command({ UserPoolId: userPool.id, Username: email }));
      await expect(getCredentials(IdentityId, token)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    }
  });

  test('gives no credentials to the token of somebody else, to nobody, or of a role of their choice', async () => {
    const { IdentityId } = await getId(idToken);
    await createConfirmedUser(userPools, userPool.id, 'eve@example.com');
    await expect(getCredentials(IdentityId, await idTokenOf('eve@example.com'))).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: expect.stringContaining("Logins don't match"),
    });
    await expect(identity.send(new GetCredentialsForIdentityCommand({ IdentityId }))).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    });
    await expect(identity.send(new GetIdCommand({ IdentityPoolId: identityPoolId }))).rejects.toMatchObject({
      message: expect.stringContaining('Unauthenticated access is not supported'),
    });
    const CustomRoleArn = 'arn:aws:iam::000000000000:role/admin';
    const Logins = { [login()]: idToken };
    await expect(
      identity.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins, CustomRoleArn })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('is not found in a pool that does not exist; what is not emulated says so', async () => {
    const IdentityPoolId = identityPoolId.replace('1111', '0000');
    await expect(
      identity.send(new GetIdCommand({ IdentityPoolId, Logins: { [login()]: idToken } })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const { IdentityId } = await getId(idToken);
    await expect(identity.send(new GetOpenIdTokenCommand({ IdentityId }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });
});

describe('S3, to the credentials of an identity', () => {
  const day = { Bucket: 'events', Key: 'day.csv' };
  const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

  test('allows what the role allows: to read and to list the bucket of events', async () => {
    const s3 = clientOf(await session());
    expect(await (await s3.send(new GetObjectCommand(day))).Body?.transformToString()).toBe('rows');
    expect((await s3.send(new HeadObjectCommand(day))).ContentLength).toBe(4);
    expect((await s3.send(new ListObjectsV2Command({ Bucket: 'events' }))).KeyCount).toBe(2);
    const url = await getSignedUrl(s3, new GetObjectCommand(day), { expiresIn: 60 });
    expect(await (await fetch(url)).text()).toBe('rows');
    const missing = s3.send(new GetObjectCommand({ ...day, Key: 'missing' }));
    await expect(missing).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('denies another bucket, another action, and what is denied explicitly', async () => {
    const s3 = clientOf(await session());
    const commands = [
      new GetObjectCommand({ ...day, Bucket: 'files' }),
      new GetObjectCommand({ ...day, Key: 'secret/day.csv' }),
      new ListObjectsV2Command({ Bucket: 'files' }),
      new ListObjectsV2Command({ Bucket: 'blind' }),
      new PutObjectCommand({ ...day, Body: 'x' }),
      new CopyObjectCommand({ ...day, Key: 'copy', CopySource: 'events/day.csv' }),
      new CreateBucketCommand({ Bucket: 'new-bucket' }),
    ];
    for (const command of commands) await expect(s3.send(command as GetObjectCommand)).rejects.toMatchObject(denied);
  });

  test('says nothing of what is missing to who may not list, and that a bucket does not exist to everyone', async () => {
    const s3 = clientOf(await session());
    expect((await s3.send(new GetObjectCommand({ ...day, Bucket: 'blind' }))).ContentLength).toBe(4);
    await expect(s3.send(new GetObjectCommand({ Bucket: 'blind', Key: 'missing' }))).rejects.toMatchObject(denied);
    await expect(s3.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'x' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });

  test('refuses them after their hour', async () => {
    const credentials = await session();
    skewMs = 3_601_000;
    const get = clientOf(credentials).send(new GetObjectCommand(day));
    await expect(get).rejects.toMatchObject({ name: 'ExpiredToken', $metadata: { httpStatusCode: 400 } });
  });

  test('refuses a token that is forged, not there, or of other keys', async () => {
    const one = await session();
    const two = await session();
    const token = one.SessionToken ?? '';
    const flipped = token.slice(0, -4) + (token.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    const cases: readonly [Credentials, string][] = [
      [{ ...one, SessionToken: flipped }, 'InvalidToken'],
      [{ ...one, SessionToken: undefined }, 'InvalidAccessKeyId'],
      [{ ...one, SessionToken: two.SessionToken }, 'InvalidAccessKeyId'],
      [{ ...one, SecretKey: two.SecretKey }, 'SignatureDoesNotMatch'],
      [
        { ...one, SessionToken: new Sessions('another secret', roles).issue(roleArn, now() + 1000).sessionToken },
        'InvalidToken',
      ],
    ];
    for (const [given, name] of cases) {
      await expect(clientOf(given).send(new GetObjectCommand(day))).rejects.toMatchObject({ name });
    }
  });
});
