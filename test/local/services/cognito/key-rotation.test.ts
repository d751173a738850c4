import { GetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { anEmail, aPool, jwksOf, refresh, startTestCognito, type TestCognito } from './fixture';

const UserPoolId = aPool().id;

let cognito: TestCognito;

beforeEach(async () => {
  cognito = await startTestCognito();
  cognito.clock.nowMs = Date.now(); // As the verifier's.
});

afterEach(() => cognito.close());

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
const publishedKids = async () => (await jwksOf(cognito.url, UserPoolId)).keys.map(({ kid }) => kid);
const getUser = (AccessToken: string) => cognito.sdk.send(new GetUserCommand({ AccessToken }));

async function tokensOf(email: string) {
  const { AuthenticationResult: tokens } = await cognito.signIn(email);
  return { access: tokens?.AccessToken ?? '', refresh: tokens?.RefreshToken ?? '' };
}

/** As the product has it: one that keeps the keys it has seen, and fetches them again for one that it has not. */
function aVerifier() {
  const fetched: string[] = [];
  const jwksCache = new SimpleJwksCache({
    fetcher: {
      fetch: async (uri) => {
        fetched.push(uri);
        return (await fetch(new URL(new URL(uri).pathname, cognito.url))).arrayBuffer();
      },
    },
  });
  const verifier = CognitoJwtVerifier.create(
    { userPoolId: UserPoolId, clientId: 'client1', tokenUse: 'access' },
    { jwksCache },
  );
  return { verify: (token: string) => verifier.verify(token), fetched };
}

async function aUser(): Promise<string> {
  const email = anEmail();
  await cognito.createUser(email);
  return email;
}

test('tokens are signed with the new key, and those of before stay good', async () => {
  const email = await aUser();
  const before = await tokensOf(email);
  const verifier = aVerifier();
  await verifier.verify(before.access);

  await cognito.rotateSigningKey();
  const after = await tokensOf(email);
  expect(kidOf(after.access)).not.toBe(kidOf(before.access));
  expect(await publishedKids()).toEqual([kidOf(after.access), kidOf(before.access)]);
  for (const { access } of [before, after]) {
    expect((await verifier.verify(access)).username).toBe((await getUser(access)).Username);
  }
  expect(verifier.fetched).toHaveLength(2);
  const refreshed = (await refresh(cognito.sdk, 'client1', before.refresh)).AuthenticationResult?.AccessToken ?? '';
  expect(kidOf(refreshed)).toBe(kidOf(after.access));
});

test('tokens of before are good no longer once their key is withdrawn', async () => {
  const email = await aUser();
  const before = await tokensOf(email);
  await cognito.rotateSigningKey();
  await cognito.withdrawEarlierKeys();
  expect(await publishedKids()).toHaveLength(1);
  await expect(aVerifier().verify(before.access)).rejects.toThrow(/kid/);
  await expect(getUser(before.access)).rejects.toMatchObject({ message: 'Invalid Access Token' });
  const { AuthenticationResult: tokens } = await refresh(cognito.sdk, 'client1', before.refresh);
  expect((await aVerifier().verify(tokens?.AccessToken ?? '')).username).toBeDefined();
});

test('the keys, and which of them signs, are found again after a restart', async () => {
  const email = await aUser();
  const before = await tokensOf(email);
  await cognito.rotateSigningKey();
  const kids = await publishedKids();
  await cognito.restart();
  expect(await publishedKids()).toEqual(kids);
  expect(kidOf((await tokensOf(email)).access)).toBe(kids[0]);
  expect((await getUser(before.access)).Username).toBeDefined();
});

test('ten keys are published at most, each of its own name', async () => {
  await Promise.all(Array.from({ length: 11 }, () => cognito.rotateSigningKey()));
  const kids = await publishedKids();
  expect([kids.length, new Set(kids).size]).toEqual([10, 10]);
});

test('a pool that does not exist has no keys', async () => {
  await expect(cognito.rotateSigningKey('us-east-1_Nobody000')).rejects.toThrow(/there is no pool us-east-1_Nobody000/);
});
