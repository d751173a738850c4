import {
  AdminDisableUserCommand,
  AdminResetUserPasswordCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { aClient, anEmail, aPool, startTestCognito } from './fixture';

let cognito: Awaited<ReturnType<typeof startTestCognito>>;
beforeEach(async () => {
  cognito = await startTestCognito();
});
afterEach(() => cognito.close());

const ClientId = 'client1';
const UserPoolId = aPool().id;
const fresh = 'another Horse 8';
const forget = (Username: string) => cognito.sdk.send(new ForgotPasswordCommand({ ClientId, Username }));
const reset = (Username: string, ConfirmationCode: string, Password = fresh) =>
  cognito.sdk.send(new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password }));

test('a forgotten password is replaced with the code that was mailed, once', async () => {
  const email = anEmail();
  await cognito.createUser(email);
  const { CodeDeliveryDetails } = await forget(email);
  expect(CodeDeliveryDetails).toMatchObject({ DeliveryMedium: 'EMAIL', AttributeName: 'email' });
  await reset(email, cognito.codeOf(email));
  await cognito.signIn(email, fresh);
  await expect(cognito.signIn(email)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  await expect(reset(email, cognito.codeOf(email))).rejects.toMatchObject({ name: 'ExpiredCodeException' });
});

test('the code is good for an hour, and the last one only', async () => {
  const email = anEmail();
  await cognito.createUser(email);
  await forget(email);
  const first = cognito.codeOf(email);
  cognito.clock.nowMs += 3_600_000;
  await expect(reset(email, first)).rejects.toMatchObject({ name: 'ExpiredCodeException' });
  await forget(email);
  cognito.clock.nowMs += 3_599_999;
  await reset(email, cognito.codeOf(email));
});

test('a wrong code and a weak password leave everything as it was', async () => {
  const email = anEmail();
  await cognito.createUser(email);
  await forget(email);
  const wrong = cognito.codeOf(email) === '000000' ? '000001' : '000000';
  await expect(reset(email, wrong)).rejects.toMatchObject({ name: 'CodeMismatchException' });
  await expect(reset(email, cognito.codeOf(email), 'tooshort')).rejects.toMatchObject({
    name: 'InvalidPasswordException',
  });
  await cognito.signIn(email);
  await reset(email, cognito.codeOf(email));
});

test('tries at the code are limited, right ones too', async () => {
  const email = anEmail();
  await cognito.createUser(email);
  await forget(email);
  const wrong = cognito.codeOf(email) === '000000' ? '000001' : '000000';
  for (let i = 0; i < 15; i++)
    await expect(reset(email, wrong)).rejects.toMatchObject({ name: 'CodeMismatchException' });
  await expect(reset(email, cognito.codeOf(email))).rejects.toMatchObject({ name: 'LimitExceededException' });
});

test('a new password ends the lockout of sign-ins', async () => {
  const email = anEmail();
  await cognito.createUser(email);
  for (let i = 0; i < 6; i++) await expect(cognito.signIn(email, 'wrong')).rejects.toThrow();
  await expect(cognito.signIn(email)).rejects.toMatchObject({ message: 'Password attempts exceeded' });
  await forget(email);
  await reset(email, cognito.codeOf(email));
  await cognito.signIn(email, fresh);
});

test('an unknown email is mailed nothing and answered alike; its code is a wrong one', async () => {
  const email = anEmail();
  expect((await forget(email)).CodeDeliveryDetails).toMatchObject({ DeliveryMedium: 'EMAIL' });
  expect(cognito.mails).toEqual([]);
  await expect(reset(email, '123456')).rejects.toMatchObject({ name: 'CodeMismatchException' });
});

test('an account whose email is not confirmed, or that is disabled, is mailed nothing and answered alike', async () => {
  const [unconfirmed, disabled] = [anEmail(), anEmail()];
  await cognito.signUp(unconfirmed);
  await cognito.createUser(disabled);
  await cognito.sdk.send(new AdminDisableUserCommand({ UserPoolId, Username: disabled }));
  const { length } = cognito.mails;
  for (const email of [unconfirmed, disabled]) {
    expect((await forget(email)).CodeDeliveryDetails).toMatchObject({ DeliveryMedium: 'EMAIL' });
  }
  expect(cognito.mails).toHaveLength(length);
});

test('a client that tells who exists says why there is no mail', async () => {
  const open = await startTestCognito(aPool({ clients: [aClient({ preventUserExistenceErrors: false })] }));
  try {
    const forgetOpenly = (Username: string) => open.sdk.send(new ForgotPasswordCommand({ ClientId, Username }));
    const [unconfirmed, disabled] = [anEmail(), anEmail()];
    await open.signUp(unconfirmed);
    await open.createUser(disabled);
    await open.sdk.send(new AdminDisableUserCommand({ UserPoolId, Username: disabled }));
    await expect(forgetOpenly(unconfirmed)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(forgetOpenly(disabled)).rejects.toMatchObject({ message: 'User is disabled.' });
    await expect(forgetOpenly(anEmail())).rejects.toMatchObject({ name: 'UserNotFoundException' });
  } finally {
    await open.close();
  }
});

test('a code that an administrator has mailed makes the user confirmed again', async () => {
  const email = anEmail();
  await cognito.createUser(email);
  await cognito.sdk.send(new AdminResetUserPasswordCommand({ UserPoolId, Username: email }));
  expect(cognito.mails.at(-1)).toMatchObject({ to: email });
  await reset(email, cognito.codeOf(email));
  expect((await cognito.signIn(email, fresh)).AuthenticationResult).toBeDefined();
});

test('a code outlives a restart', async () => {
  const email = anEmail();
  await cognito.createUser(email);
  await forget(email);
  await cognito.restart();
  await reset(email, cognito.codeOf(email));
});
