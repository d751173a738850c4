import { ResendConfirmationCodeCommand } from '@aws-sdk/client-cognito-identity-provider';
import {
  aClient,
  anEmail,
  aPool,
  createConfirmedUser,
  refresh,
  signIn,
  startTestCognito,
  type TestCognito,
} from './fixture';

const pool = aPool();

let cognito: TestCognito;

beforeEach(async () => {
  cognito = await startTestCognito(pool);
});

afterEach(() => cognito.close());

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
    await expect(refresh(other.sdk, 'client1', tokens?.RefreshToken)).rejects.toMatchObject({
      message: 'Invalid Refresh Token',
    });
  });

  test('keeps its users apart from those of another pool', async () => {
    const second = aPool({ id: 'us-east-1_Test00002', clients: [aClient({ id: 'client2' })] });
    other = await startTestCognito(pool, second);
    await createConfirmedUser(other.sdk, second.id, 'bob@example.com');
    await expect(other.signIn('bob@example.com')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    expect((await signIn(other.sdk, 'client2', 'bob@example.com')).AuthenticationResult).toBeDefined();
  });
});
