import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminAddUserToGroupCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AssociateSoftwareTokenCommand,
  CreateGroupCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { startCognito } from '../../../../local/services/cognito/cognito';
import {
  aClient,
  anEmail,
  aPassword,
  aPool,
  createConfirmedUser,
  region,
  sdkClient,
  signIn,
  startTestCognito,
} from './fixture';

type TestCognito = Awaited<ReturnType<typeof startTestCognito>>;

const pool = aPool();
const UserPoolId = pool.id;
const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

let cognito: TestCognito;

beforeEach(async () => {
  cognito = await startTestCognito(pool);
});

afterEach(() => cognito.close());

describe('a mailed code', () => {
  const email = 'Bob@example.com';

  const wrongCode = () => (cognito.codeOf(email) === '000000' ? '000001' : '000000');
  const resend = () =>
    cognito.sdk.send(new ResendConfirmationCodeCommand({ ClientId: 'client1', Username: 'bob@example.com' }));

  beforeEach(() => cognito.signUp(email));

  test('comes in the words of the pool', () => {
    expect(cognito.mails).toEqual([
      {
        to: email,
        subject: 'Your code',
        text: `Your code is ${cognito.codeOf(email)}.`,
        code: expect.stringMatching(/^\d{6}$/),
        sent_at: '2026-01-02T03:04:05.678Z',
      },
    ]);
  });

  test('confirms the user and the email', async () => {
    await cognito.confirm('bob@EXAMPLE.com', cognito.codeOf(email));
    const user = await cognito.sdk.send(new AdminGetUserCommand({ UserPoolId, Username: email }));
    expect(user.UserStatus).toBe('CONFIRMED');
    expect(user.UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'true' });
    expect((await cognito.signIn('bob@example.com')).AuthenticationResult).toBeDefined();
  });

  test('is good once', async () => {
    await cognito.confirm(email, cognito.codeOf(email));
    await expect(cognito.confirm(email, cognito.codeOf(email))).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    });
  });

  test('is good for 24 hours', async () => {
    cognito.clock.nowMs += 24 * hourMs;
    await expect(cognito.confirm(email, cognito.codeOf(email))).rejects.toMatchObject({
      name: 'ExpiredCodeException',
      message: 'Invalid code provided, please request a code again.',
    });
    cognito.clock.nowMs -= 1;
    await cognito.confirm(email, cognito.codeOf(email));
  });

  test('is refused when it is wrong, and still good afterwards', async () => {
    await expect(cognito.confirm(email, wrongCode())).rejects.toMatchObject({
      name: 'CodeMismatchException',
      message: 'Invalid verification code provided, please try again.',
    });
    await cognito.confirm(email, cognito.codeOf(email));
  });

  test('is void once another was mailed', async () => {
    const first = cognito.codeOf(email);
    do await resend();
    while (cognito.codeOf(email) === first);
    await expect(cognito.confirm(email, first)).rejects.toMatchObject({ name: 'CodeMismatchException' });
    await cognito.confirm(email, cognito.codeOf(email));
  });

  test('can be tried 15 times an hour, made in parallel or not, whatever is mailed meanwhile', async () => {
    await Promise.allSettled(Array.from({ length: 15 }, () => cognito.confirm(email, wrongCode())));
    await resend();
    await expect(cognito.confirm(email, cognito.codeOf(email))).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Attempt limit exceeded, please try after some time.',
    });
    cognito.clock.nowMs += hourMs;
    await cognito.confirm(email, cognito.codeOf(email));
  });

  test('is limited alike for an email that nobody has', async () => {
    const nobody = anEmail();
    for (let tries = 0; tries < 15; tries++) {
      await expect(cognito.confirm(nobody, '123456')).rejects.toMatchObject({ name: 'CodeMismatchException' });
    }
    await expect(cognito.confirm(nobody, '123456')).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  test('lets a user in who waits for confirmation no sooner, and says so only after the right password', async () => {
    await expect(cognito.signIn(email)).rejects.toMatchObject({
      name: 'UserNotConfirmedException',
      message: 'User is not confirmed.',
    });
    await expect(cognito.signIn(email, 'wrong Password 1')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });
});

describe('a lockout', () => {
  const email = anEmail();

  const outcome = (password: string) =>
    cognito.signIn(email, password).then(
      () => 'signed in',
      (error: Error) => error.message,
    );
  const locked = 'Password attempts exceeded';
  const wrong = 'Incorrect username or password.';

  async function wrongTries(count: number): Promise<void> {
    for (let tries = 0; tries < count; tries++) expect(await outcome('wrong Password 1')).toBe(wrong);
  }

  test('begins with the fifth wrong password and grows from 1 second to 15 minutes', async () => {
    await cognito.createUser(email);
    await wrongTries(4);
    for (const lockSeconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]) {
      await wrongTries(1);
      cognito.clock.nowMs += lockSeconds * secondMs - 1;
      expect(await outcome(aPassword)).toBe(locked);
      cognito.clock.nowMs += 1;
    }
    await wrongTries(1);
    cognito.clock.nowMs += 14 * minuteMs;
    expect(await outcome(aPassword)).toBe(locked);
    cognito.clock.nowMs += minuteMs;
    expect(await outcome(aPassword)).toBe('signed in');
  });

  test('is not made longer by tries meanwhile', async () => {
    await cognito.createUser(email);
    await wrongTries(5);
    for (let tries = 0; tries < 10; tries++) expect(await outcome('wrong Password 1')).toBe(locked);
    cognito.clock.nowMs += secondMs;
    expect(await outcome(aPassword)).toBe('signed in');
  });

  test('starts afresh after a right password', async () => {
    await cognito.createUser(email);
    await wrongTries(4);
    expect(await outcome(aPassword)).toBe('signed in');
    await wrongTries(4);
    expect(await outcome(aPassword)).toBe('signed in');
  });

  test('starts afresh after 15 minutes without a try', async () => {
    await cognito.createUser(email);
    await wrongTries(5);
    cognito.clock.nowMs += 15 * minuteMs;
    await wrongTries(4);
    expect(await outcome(aPassword)).toBe('signed in');
  });

  test('counts guesses made in parallel, in whatever case and by sub', async () => {
    const sub = await cognito.createUser(email);
    const names = [email, email.toUpperCase(), sub, email, sub, email];
    const outcomes = await Promise.all(
      names.map((name) => cognito.signIn(name, 'wrong Password 1').catch((error: Error) => error.message)),
    );
    expect(outcomes).toEqual([wrong, wrong, wrong, wrong, wrong, locked]);
  });

  test('concerns one user only, and an email that nobody has alike', async () => {
    await cognito.createUser('other@example.com');
    await wrongTries(5);
    expect(await outcome(aPassword)).toBe(locked);
    expect((await cognito.signIn('other@example.com')).AuthenticationResult).toBeDefined();
  });
});

describe('tokens', () => {
  const claimsOf = (token = '') => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

  test('live as long as the client says', async () => {
    const email = anEmail();
    await cognito.createUser(email);
    const { AuthenticationResult: tokens } = await cognito.signIn(email);
    const now = Math.floor(cognito.clock.nowMs / 1000);
    expect(claimsOf(tokens?.AccessToken)).toMatchObject({ iat: now, auth_time: now, exp: now + 3600 });
    expect(claimsOf(tokens?.IdToken)).toMatchObject({ iat: now, auth_time: now, exp: now + 1800 });
  });

  test('can be refreshed until the refresh token expires', async () => {
    const email = anEmail();
    await cognito.createUser(email);
    const { AuthenticationResult: tokens } = await cognito.signIn(email);
    const refresh = () => refreshOf(cognito, tokens?.RefreshToken);
    cognito.clock.nowMs += 30 * 24 * hourMs - secondMs;
    const { AuthenticationResult: fresh } = await refresh();
    const { iat, auth_time } = claimsOf(fresh?.AccessToken);
    expect(iat - auth_time).toBe(30 * 24 * 3600 - 1);
    cognito.clock.nowMs += secondMs;
    await expect(refresh()).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Refresh Token has expired',
    });
  });

  test('cannot be refreshed once the user is deleted', async () => {
    const email = anEmail();
    await cognito.createUser(email);
    const { AuthenticationResult: tokens } = await cognito.signIn(email);
    await cognito.sdk.send(new AdminDeleteUserCommand({ UserPoolId, Username: email }));
    await expect(refreshOf(cognito, tokens?.RefreshToken)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });
});

describe('on disk', () => {
  test('everything is found again after a restart', async () => {
    const email = anEmail();
    const sub = await cognito.createUser(email);
    await cognito.sdk.send(new CreateGroupCommand({ UserPoolId, GroupName: 'admin' }));
    await cognito.sdk.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: email, GroupName: 'admin' }));
    await cognito.signUp('new@example.com');
    const { AuthenticationResult: tokens } = await cognito.signIn(email);
    const jwks = await jwksOf(cognito.url);

    await cognito.restart();
    expect(await jwksOf(cognito.url)).toEqual(jwks);
    expect((await refreshOf(cognito, tokens?.RefreshToken)).AuthenticationResult).toBeDefined();
    await expect(cognito.sdk.send(new CreateGroupCommand({ UserPoolId, GroupName: 'admin' }))).rejects.toMatchObject({
      name: 'GroupExistsException',
    });
    expect((await cognito.sdk.send(new AdminGetUserCommand({ UserPoolId, Username: email }))).Username).toBe(sub);
    await cognito.confirm('new@example.com', cognito.codeOf('new@example.com'));
    expect((await cognito.signIn('new@example.com')).AuthenticationResult).toBeDefined();
  });

  test('each acknowledged change is there at once, so that a crash loses none', async () => {
    await cognito.signUp('bob@example.com');
    const { url, close } = await startCognito({ dir: cognito.dir, region, pools: [pool], deliver: () => {} });
    const survivor = sdkClient(url);
    expect(await survivor.send(new AdminGetUserCommand({ UserPoolId, Username: 'bob@example.com' }))).toMatchObject({
      UserStatus: 'UNCONFIRMED',
    });
    survivor.destroy();
    await close();
  });

  test('a deleted user is gone, and so is what a crash left half written', async () => {
    const users = join(cognito.dir, UserPoolId, 'users');
    await cognito.createUser('bob@example.com');
    await cognito.sdk.send(new AdminDeleteUserCommand({ UserPoolId, Username: 'bob@example.com' }));
    expect(await readdir(users)).toEqual([]);
    await writeFile(join(users, 'a.json.b.tmp'), '{"half');
    await cognito.restart();
    expect(await readdir(users)).toEqual([]);
  });

  test('no password is in plain, and nobody else may read', async () => {
    await cognito.signUp('bob@example.com');
    const files = (await readdir(cognito.dir, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    expect(files).toHaveLength(2);
    for (const { parentPath, name } of files) {
      const file = join(parentPath, name);
      expect(await readFile(file, 'utf8')).not.toContain(aPassword);
      if (process.platform !== 'win32') expect((await stat(file)).mode & 0o077).toBe(0);
    }
  });
});

describe('a pool set up otherwise', () => {
  let other: TestCognito;

  afterEach(() => other.close());

  test('says that a user does not exist, where the client does not prevent it', async () => {
    other = await startTestCognito(aPool({ clients: [aClient({ preventUserExistenceErrors: false })] }));
    const absent = { name: 'UserNotFoundException', message: 'User does not exist.' };
    await expect(other.signIn(anEmail())).rejects.toMatchObject(absent);
    await expect(other.confirm(anEmail(), '123456')).rejects.toMatchObject(absent);
    await expect(
      other.sdk.send(new ResendConfirmationCodeCommand({ ClientId: 'client1', Username: anEmail() })),
    ).rejects.toMatchObject(absent);
  });

  test('refuses sign-ups, where only administrators create users', async () => {
    other = await startTestCognito(aPool({ selfSignUp: false }));
    await expect(other.signUp(anEmail())).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'SignUp is not permitted for this user pool',
    });
  });

  test('mails no code, where emails are not verified', async () => {
    other = await startTestCognito(aPool({ autoVerifyEmail: false }));
    expect((await other.signUp(anEmail())).CodeDeliveryDetails).toBeUndefined();
    expect(other.mails).toEqual([]);
  });

  test('refuses a flow that the client does not allow', async () => {
    other = await startTestCognito(aPool({ clients: [aClient({ authFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] })] }));
    await expect(other.signIn(anEmail())).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'USER_PASSWORD_AUTH flow not enabled for this client',
    });
  });

  test('refuses the refresh token of another client', async () => {
    other = await startTestCognito(aPool({ clients: [aClient(), aClient({ id: 'client2' })] }));
    const email = anEmail();
    await other.createUser(email);
    const { AuthenticationResult: tokens } = await signIn(other.sdk, 'client2', email);
    await expect(refreshOf(other, tokens?.RefreshToken)).rejects.toMatchObject({ message: 'Invalid Refresh Token' });
  });

  test('keeps its users apart from those of another pool', async () => {
    const second = aPool({ id: 'us-east-1_Test00002', clients: [aClient({ id: 'client2' })] });
    other = await startTestCognito(pool, second);
    await createConfirmedUser(other.sdk, second.id, 'bob@example.com');
    await expect(other.signIn('bob@example.com')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    expect((await signIn(other.sdk, 'client2', 'bob@example.com')).AuthenticationResult).toBeDefined();
  });
});

describe('on the wire', () => {
  const post = (target: string, body: string, headers: Record<string, string> = {}) =>
    fetch(cognito.url, {
      method: 'POST',
      headers: { 'x-amz-target': `AWSCognitoIdentityProviderService.${target}`, ...headers },
      body,
    });

  test('an operation that is not emulated is an UnknownOperationException', async () => {
    const command = new AssociateSoftwareTokenCommand({ AccessToken: 'x' });
    await expect(cognito.sdk.send(command)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });

  test('an error is named in the header and in the body', async () => {
    const answer = await post('SignUp', '{"ClientId":"nobody","Username":"a@b.co","Password":"correct Horse 7"}');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
    expect(await answer.json()).toEqual({
      __type: 'ResourceNotFoundException',
      message: 'User pool client nobody does not exist.',
    });
  });

  test.each([
    ['SignUp', '{"half'],
    ['SignUp', ''],
    ['SignUp', `"${'x'.repeat(300 * 1024)}"`],
  ])('%s of what is not a JSON body is a SerializationException', async (target, body) => {
    expect(await (await post(target, body)).json()).toMatchObject({ __type: 'SerializationException' });
  });

  test.each(['null', '[]', '{}', '{"ClientId":"client1"}', '{"ClientId":"client1","Username":{},"Password":1}'])(
    'SignUp of %s is an InvalidParameterException that repeats no value',
    async (body) => {
      expect(await (await post('SignUp', body)).json()).toMatchObject({
        __type: 'InvalidParameterException',
        message: expect.stringMatching(/^\d validation errors? detected: Value at '/),
      });
    },
  );

  test('an administrator must sign, with the right key', async () => {
    const body = JSON.stringify({ UserPoolId, Username: 'bob@example.com' });
    const authorization = 'AWS4-HMAC-SHA256 Credential=other/20260102/us-east-1/cognito-idp/aws4_request, Signature=a';
    expect(await (await post('AdminDeleteUser', body)).json()).toMatchObject({
      __type: 'MissingAuthenticationTokenException',
    });
    expect(await (await post('AdminDeleteUser', body, { authorization })).json()).toMatchObject({
      __type: 'UnrecognizedClientException',
    });
  });

  test('the public documents of a pool hold no private key', async () => {
    const { keys } = (await jwksOf(cognito.url)) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
    const document = await fetch(`${cognito.url}/${UserPoolId}/.well-known/openid-configuration`);
    expect(await document.json()).toMatchObject({
      issuer: `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`,
      jwks_uri: `${cognito.url}/${UserPoolId}/.well-known/jwks.json`,
    });
    expect((await fetch(`${cognito.url}/nobody/.well-known/jwks.json`)).status).toBe(400);
  });
});

test('a sign-up whose mail fails can be mailed again', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cognito-'));
  let isDown = true;
  const service = await startCognito({
    dir,
    region,
    pools: [pool],
    deliver: () => {
      if (isDown) throw new Error('the disk is full');
    },
  });
  const sdk = sdkClient(service.url);
  const resend = new ResendConfirmationCodeCommand({ ClientId: 'client1', Username: 'bob@example.com' });
  await expect(
    sdk.send(new SignUpCommand({ ClientId: 'client1', Username: 'bob@example.com', Password: aPassword })),
  ).rejects.toMatchObject({ name: 'CodeDeliveryFailureException' });
  isDown = false;
  expect((await sdk.send(resend)).CodeDeliveryDetails).toBeDefined();
  sdk.destroy();
  await service.close();
  await rm(dir, { recursive: true });
});

const jwksOf = async (url: string): Promise<unknown> =>
  (await fetch(`${url}/${UserPoolId}/.well-known/jwks.json`)).json();

const refreshOf = ({ sdk }: TestCognito, RefreshToken = '') =>
  sdk.send(
    new InitiateAuthCommand({
      ClientId: 'client1',
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: RefreshToken },
    }),
  );
