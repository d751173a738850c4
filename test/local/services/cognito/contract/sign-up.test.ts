import { randomUUID } from 'node:crypto';
import {
  AdminGetUserCommand,
  ConfirmSignUpCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { anEmail, aPassword, createConfirmedUser, signIn } from '../fixture';
import { ClientId, UserPoolId, usePool } from './pool';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const pool = usePool();

describe('SignUp', () => {
  const signUp = (Username: string, Password = aPassword) =>
    pool.sdk.send(
      new SignUpCommand({ ClientId, Username, Password, UserAttributes: [{ Name: 'email', Value: Username }] }),
    );

  test('makes an unconfirmed user whose username is a UUID, and says where the code went', async () => {
    const email = `jie-${randomUUID()}@example.com`;
    const answer = await signUp(email);
    expect(answer).toMatchObject({
      UserConfirmed: false,
      UserSub: expect.stringMatching(uuid),
      CodeDeliveryDetails: { Destination: 'j***@e***', DeliveryMedium: 'EMAIL', AttributeName: 'email' },
    });
    const user = await pool.sdk.send(new AdminGetUserCommand({ UserPoolId, Username: email }));
    expect(user).toMatchObject({ Username: answer.UserSub, UserStatus: 'UNCONFIRMED', Enabled: true });
  });

  test.each([
    ['Short 1a', 'Password did not conform with policy: Password not long enough'],
    ['NO LOWERCASE 1', 'Password did not conform with policy: Password must have lowercase characters'],
    ['no uppercase 1', 'Password did not conform with policy: Password must have uppercase characters'],
    ['No digits at all', 'Password did not conform with policy: Password must have numeric characters'],
    ['NoSymbolsAtAll1', 'Password did not conform with policy: Password must have symbol characters'],
  ])('refuses the password %j', async (password, message) => {
    await expect(signUp(anEmail(), password)).rejects.toMatchObject({ name: 'InvalidPasswordException', message });
  });

  test('judges the password before it says that the email is taken', async () => {
    const email = anEmail();
    await signUp(email);
    await expect(signUp(email, 'weak password')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
  });

  test('refuses a password that begins with a blank', async () => {
    await expect(signUp(anEmail(), ` ${aPassword}`)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('refuses an email that has an account, written in any case', async () => {
    const email = anEmail();
    await signUp(email);
    await expect(signUp(email.toUpperCase())).rejects.toMatchObject({ name: 'UsernameExistsException' });
  });

  test.each(['bob', 'bob@', '@example.com', 'bob smith@example.com', 'bob@exam_ple.com'])(
    'refuses %j, which is no email',
    async (name) => {
      await expect(signUp(name)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    },
  );

  test('takes emails that merely look alike for different users', async () => {
    const name = `look.alike-${randomUUID()}`;
    const emails = [`${name}@x.co`, `${name}@x.com`, `${name}+1@x.com`, `${name.replace('.', '')}@x.com`];
    const subs = await Promise.all(emails.map(async (email) => (await signUp(email)).UserSub));
    expect(new Set(subs).size).toBe(emails.length);
  });

  test('makes one user of 20 sign-ups in parallel', async () => {
    const email = anEmail();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => signUp(email)));
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.name] : []));
    expect(refusals).toEqual(Array(19).fill('UsernameExistsException'));
  });

  test('refuses a client that does not exist', async () => {
    const command = new SignUpCommand({ ClientId: 'nobody', Username: anEmail(), Password: aPassword });
    await expect(pool.sdk.send(command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('an email without an account', () => {
  test('is answered as a wrong code by ConfirmSignUp', async () => {
    const command = new ConfirmSignUpCommand({ ClientId, Username: anEmail(), ConfirmationCode: '123456' });
    await expect(pool.sdk.send(command)).rejects.toMatchObject({ name: 'CodeMismatchException' });
  });

  test('is answered as if it were mailed by ResendConfirmationCode', async () => {
    const command = new ResendConfirmationCodeCommand({ ClientId, Username: anEmail() });
    expect(await pool.sdk.send(command)).toMatchObject({
      CodeDeliveryDetails: { DeliveryMedium: 'EMAIL', Destination: 'u***@e***' },
    });
  });

  test('is answered as a wrong password by InitiateAuth', async () => {
    await expect(signIn(pool.sdk, ClientId, anEmail())).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });
});

describe('a confirmed user', () => {
  const email = anEmail();
  beforeAll(() => createConfirmedUser(pool.sdk, UserPoolId, email));

  test('cannot be confirmed again', async () => {
    const command = new ConfirmSignUpCommand({ ClientId, Username: email, ConfirmationCode: '123456' });
    await expect(pool.sdk.send(command)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'User cannot be confirmed. Current status is CONFIRMED',
    });
  });

  test('is not sent another code', async () => {
    const command = new ResendConfirmationCodeCommand({ ClientId, Username: email });
    await expect(pool.sdk.send(command)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
