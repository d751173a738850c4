import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminGetUserCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { startCognito } from '../../../../local/services/cognito/cognito';
import {
  anEmail,
  aPassword,
  aPool,
  credentials,
  region,
  sdkClient,
  startTestCognito,
  type TestCognito,
} from './fixture';

const pool = aPool();
const UserPoolId = pool.id;
const hourMs = 3_600_000;

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

  test('can be asked for 20 times an hour, by somebody and by nobody', async () => {
    const ask = (Username: string) =>
      cognito.sdk.send(new ResendConfirmationCodeCommand({ ClientId: 'client1', Username }));
    for (const name of [email, anEmail()]) {
      for (let tries = 0; tries < 20; tries++) await ask(name);
      await expect(ask(name)).rejects.toMatchObject({ name: 'LimitExceededException' });
    }
    expect(cognito.mails).toHaveLength(21);
    cognito.clock.nowMs += hourMs;
    await ask(email);
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

test('a sign-up whose mail fails can be mailed again', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cognito-'));
  let isDown = true;
  const service = await startCognito({
    credentials,
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
