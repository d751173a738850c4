import {
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { mockClient } from 'aws-sdk-client-mock';
import { cognitoIdentityProvider } from '../../src/aws/identity-provider';

const cognito = mockClient(CognitoIdentityProviderClient);
process.env['COGNITO_CLIENT_ID'] = 'client-1';
const identity = cognitoIdentityProvider();
beforeEach(() => cognito.reset());

const fault = (name: string, message = name) => Object.assign(new Error(message), { name });
const idToken = `e30.${Buffer.from('{"sub":"s","email":"a@b.co","email_verified":true,"auth_time":7,"cognito:groups":["admin"]}').toString('base64url')}.x`;

test.each([
  ['CodeMismatchException', 'InvalidCode'],
  ['ExpiredCodeException', 'InvalidCode'],
  ['UserNotFoundException', 'InvalidCode'],
  ['NotAuthorizedException', 'InvalidCode'],
  ['TooManyFailedAttemptsException', 'TooManyAttempts'],
  ['LimitExceededException', 'TooManyAttempts'],
])('a confirmation that Cognito refuses with %s is %s', async (name, code) => {
  cognito.on(ConfirmSignUpCommand).rejects(fault(name));
  await expect(identity.confirm('a@b.co', '1')).rejects.toMatchObject({ code });
});

test.each([
  ['NotAuthorizedException', 'Incorrect username or password.', 'InvalidCredentials'],
  ['NotAuthorizedException', 'User is disabled.', 'InvalidCredentials'],
  ['NotAuthorizedException', 'Password attempts exceeded', 'TooManyAttempts'],
  ['UserNotFoundException', 'User does not exist.', 'InvalidCredentials'],
  ['InvalidParameterException', '1 validation error detected', 'InvalidCredentials'],
  ['UserNotConfirmedException', 'User is not confirmed.', 'EmailNotConfirmed'],
  ['TooManyRequestsException', 'Rate exceeded', 'TooManyAttempts'],
])('a sign-in that Cognito refuses with %s, "%s", is %s', async (name, message, code) => {
  cognito.on(InitiateAuthCommand).rejects(fault(name, message));
  await expect(identity.signIn('a@b.co', 'x')).rejects.toMatchObject({ code });
});

test('a sign-in tells the tokens and who signed in', async () => {
  cognito.on(InitiateAuthCommand).resolves({
    AuthenticationResult: { AccessToken: 'a', IdToken: idToken, RefreshToken: 'r', ExpiresIn: 60 },
  });
  expect(await identity.signIn('a@b.co', 'x')).toEqual({
    tokens: { accessToken: 'a', idToken, refreshToken: 'r', expiresInSeconds: 60 },
    user: { id: 's', email: 'a@b.co', emailVerified: true, groups: ['admin'] },
    authTime: 7,
  });
});

test('a refresh keeps the refresh token, which Cognito does not repeat', async () => {
  cognito.on(InitiateAuthCommand).resolves({ AuthenticationResult: { AccessToken: 'a', IdToken: idToken } });
  expect((await identity.refresh('r')).tokens.refreshToken).toBe('r');
});

test.each([
  ['NotAuthorizedException', 'InvalidRefreshToken'],
  ['UserNotFoundException', 'InvalidRefreshToken'],
  ['TooManyRequestsException', 'TooManyAttempts'],
])('a refresh that Cognito refuses with %s is %s', async (name, code) => {
  cognito.on(InitiateAuthCommand).rejects(fault(name));
  await expect(identity.refresh('r')).rejects.toMatchObject({ code });
});

test.each([
  ['CodeMismatchException', 'InvalidCode'],
  ['ExpiredCodeException', 'InvalidCode'],
  ['UserNotFoundException', 'InvalidCode'],
  ['InvalidPasswordException', 'PasswordNotAccepted'],
  ['LimitExceededException', 'TooManyAttempts'],
])('a new password that Cognito refuses with %s is %s', async (name, code) => {
  cognito.on(ConfirmForgotPasswordCommand).rejects(fault(name));
  cognito.on(InitiateAuthCommand).rejects(fault('NotAuthorizedException'));
  await expect(identity.resetPassword('a@b.co', '1', 'x')).rejects.toMatchObject({ code });
});

/** As of a request that the SDK has sent twice. */
const again = (name: string) => Object.assign(fault(name), { $metadata: { attempts: 2 } });

test('a code that the try before has spent on the very password is no error', async () => {
  cognito.on(ConfirmForgotPasswordCommand).rejects(again('ExpiredCodeException'));
  cognito.on(InitiateAuthCommand).resolves({ AuthenticationResult: { AccessToken: 'a' } });
  await identity.resetPassword('a@b.co', '1', 'x');
  expect(cognito.commandCalls(InitiateAuthCommand)[0]?.args[0].input.AuthParameters).toEqual({
    USERNAME: 'a@b.co',
    PASSWORD: 'x',
  });
});

test.each([
  ['UserNotConfirmedException', { code: 'InvalidCode' }],
  ['TooManyRequestsException', { code: 'TooManyAttempts' }],
  ['InternalErrorException', { name: 'InternalErrorException' }],
])('where %s keeps the password from being tried, a spent code is %j', async (name, refusal) => {
  cognito.on(ConfirmForgotPasswordCommand).rejects(again('ExpiredCodeException'));
  cognito.on(InitiateAuthCommand).rejects(fault(name));
  await expect(identity.resetPassword('a@b.co', '1', 'x')).rejects.toMatchObject(refusal);
});

test.each([
  ['wrong', again('CodeMismatchException')],
  ['spent', fault('ExpiredCodeException')],
])('a %s code has no password tried', async (_, refusal) => {
  cognito.on(ConfirmForgotPasswordCommand).rejects(refusal);
  cognito.on(InitiateAuthCommand).resolves({ AuthenticationResult: { AccessToken: 'a' } });
  await expect(identity.resetPassword('a@b.co', '1', 'x')).rejects.toMatchObject({ code: 'InvalidCode' });
  expect(cognito.commandCalls(InitiateAuthCommand)).toHaveLength(0);
});

test('a temporary password is no sign-in, and the error says whom to ask', async () => {
  cognito.on(InitiateAuthCommand).resolves({ ChallengeName: 'NEW_PASSWORD_REQUIRED' });
  await expect(identity.signIn('a@b.co', 'x')).rejects.toMatchObject({
    code: 'PasswordIsTemporary',
    kind: 'forbidden',
  });
});

test('a password that an administrator took back is answered as a wrong one, for whoever may be guessing', async () => {
  cognito.on(InitiateAuthCommand).rejects(fault('PasswordResetRequiredException', 'Password reset required'));
  await expect(identity.signIn('a@b.co', 'x')).rejects.toMatchObject({
    code: 'InvalidCredentials',
    message: 'The email or the password is wrong.',
  });
  await expect(identity.refresh('x')).rejects.toMatchObject({ code: 'InvalidRefreshToken' });
});

test.each([
  ['SMS_MFA', 'a code that is sent by SMS'],
  ['SOFTWARE_TOKEN_MFA', 'an authenticator app'],
  ['WEB_AUTHN', 'a further step, WEB_AUTHN'],
])('the challenge %s in place of tokens is no sign-in, and the error says what is asked for', async (name, words) => {
  cognito.on(InitiateAuthCommand).resolves({ ChallengeName: name as 'SMS_MFA' });
  await expect(identity.signIn('a@b.co', 'x')).rejects.toMatchObject({
    code: 'SecondStepRequired',
    message: expect.stringContaining(words),
  });
});

test("an email that Cognito does not take is the caller's fault, a flow that the client lacks is ours", async () => {
  cognito.on(SignUpCommand).rejects(fault('InvalidParameterException', 'Invalid email address format.'));
  await expect(identity.signUp('a@b', 'x')).rejects.toMatchObject({ code: 'ValidationFailed' });
  cognito.on(InitiateAuthCommand).rejects(fault('InvalidParameterException', 'USER_PASSWORD_AUTH flow not enabled'));
  await expect(identity.signIn('a@b.co', 'x')).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('a sign-up with a weak password says what a good one needs', async () => {
  cognito.on(SignUpCommand).rejects(fault('InvalidPasswordException'));
  await expect(identity.signUp('a@b.co', 'x')).rejects.toMatchObject({
    code: 'PasswordNotAccepted',
    details: { faults: [{ pointer: '/password', detail: expect.stringContaining('12 or more') }] },
  });
});

test.each(['InvalidParameterException', 'UserNotFoundException', 'LimitExceededException', 'NotAuthorizedException'])(
  'a code that Cognito refuses to mail with %s is no error, so that nobody learns who is registered',
  async (name) => {
    cognito.on(ResendConfirmationCodeCommand).rejects(fault(name));
    cognito.on(ForgotPasswordCommand).rejects(fault(name));
    await expect(identity.resendCode('a@b.co')).resolves.toBeUndefined();
    await expect(identity.forgotPassword('a@b.co')).resolves.toBeUndefined();
  },
);

test("Cognito's own failures stay what they are", async () => {
  cognito.onAnyCommand().rejects(fault('InternalErrorException'));
  const calls = [
    identity.signUp('a@b.co', 'x'),
    identity.confirm('a@b.co', '1'),
    identity.resendCode('a@b.co'),
    identity.signIn('a@b.co', 'x'),
    identity.refresh('r'),
    identity.forgotPassword('a@b.co'),
    identity.resetPassword('a@b.co', '1', 'x'),
  ];
  for (const call of calls) await expect(call).rejects.toMatchObject({ name: 'InternalErrorException' });
});

test('a confirmation that the SDK had to send again is one, though its first try has confirmed the account', async () => {
  const refusal = Object.assign(fault('NotAuthorizedException'), { $metadata: { attempts: 2 } });
  cognito.on(ConfirmSignUpCommand).rejects(refusal);
  await identity.confirm('a@b.co', '1');
});
