import {
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
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
const idToken = `e30.${Buffer.from('{"sub":"s","email":"a@b.co","email_verified":true,"cognito:groups":["admin"]}').toString('base64url')}.x`;

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
  });
});

test('a challenge in place of tokens is a failure of ours, not a sign-in', async () => {
  cognito.on(InitiateAuthCommand).resolves({ ChallengeName: 'NEW_PASSWORD_REQUIRED' });
  await expect(identity.signIn('a@b.co', 'x')).rejects.toThrow('challenge');
});

test('a sign-up with a weak password says what a good one needs', async () => {
  cognito.on(SignUpCommand).rejects(fault('InvalidPasswordException'));
  await expect(identity.signUp('a@b.co', 'x')).rejects.toMatchObject({
    code: 'PasswordNotAccepted',
    details: { faults: [{ pointer: '/password', detail: expect.stringContaining('12 or more') }] },
  });
});

test.each(['InvalidParameterException', 'UserNotFoundException', 'LimitExceededException'])(
  'a new code that Cognito refuses with %s is no error, so that nobody learns who is registered',
  async (name) => {
    cognito.on(ResendConfirmationCodeCommand).rejects(fault(name));
    await expect(identity.resendCode('a@b.co')).resolves.toBeUndefined();
  },
);

test("Cognito's own failures stay what they are", async () => {
  for (const command of [SignUpCommand, ConfirmSignUpCommand, ResendConfirmationCodeCommand, InitiateAuthCommand]) {
    cognito.on(command as typeof SignUpCommand).rejects(fault('InternalErrorException'));
  }
  const calls = [
    identity.signUp('a@b.co', 'x'),
    identity.confirm('a@b.co', '1'),
    identity.resendCode('a@b.co'),
    identity.signIn('a@b.co', 'x'),
  ];
  for (const call of calls) await expect(call).rejects.toMatchObject({ name: 'InternalErrorException' });
});
