import { AssociateSoftwareTokenCommand } from '@aws-sdk/client-cognito-identity-provider';
import { aPool, jwksOf, startTestCognito, type TestCognito } from './fixture';

const pool = aPool();
const UserPoolId = pool.id;

let cognito: TestCognito;

beforeEach(async () => {
  cognito = await startTestCognito(pool);
});

afterEach(() => cognito.close());

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

  test('the public documents of a pool hold no private key', async () => {
    const { keys } = await jwksOf(cognito.url, UserPoolId);
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
    const document = await fetch(`${cognito.url}/${UserPoolId}/.well-known/openid-configuration`);
    expect(await document.json()).toMatchObject({
      issuer: `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`,
      jwks_uri: `${cognito.url}/${UserPoolId}/.well-known/jwks.json`,
    });
    expect((await fetch(`${cognito.url}/nobody/.well-known/jwks.json`)).status).toBe(400);
  });
});
