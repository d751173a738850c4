import { ChangePasswordCommand } from '@aws-sdk/client-cognito-identity-provider';
import { anEmail, aPassword, aPool, startTestCognito, type TestCognito } from './fixture';

const pool = aPool();
const secondMs = 1000;
const minuteMs = 60_000;

let cognito: TestCognito;

beforeEach(async () => {
  cognito = await startTestCognito(pool);
});

afterEach(() => cognito.close());

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

  test('counts the password of before when it is changed', async () => {
    await cognito.createUser(email);
    const AccessToken = (await cognito.signIn(email)).AuthenticationResult?.AccessToken;
    const change = (PreviousPassword: string) =>
      cognito.sdk.send(
        new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword: 'another Password 1' }),
      );
    await wrongTries(3);
    for (let tries = 0; tries < 2; tries++) {
      await expect(change('wrong Password 1')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    }
    await expect(change(aPassword)).rejects.toMatchObject({ name: 'LimitExceededException' });
    expect(await outcome(aPassword)).toBe(locked);
    cognito.clock.nowMs += secondMs;
    await change(aPassword);
    expect(await outcome('another Password 1')).toBe('signed in');
  });

  test('concerns one user only, and an email that nobody has alike', async () => {
    await cognito.createUser('other@example.com');
    await wrongTries(5);
    expect(await outcome(aPassword)).toBe(locked);
    expect((await cognito.signIn('other@example.com')).AuthenticationResult).toBeDefined();
  });
});
