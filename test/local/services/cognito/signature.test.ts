import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { aPool, credentials, sdkClient, startTestCognito, type TestCognito } from './fixture';
import { type AdminRequest, post, type Reply, sign } from './signed-request';

const UserPoolId = aPool().id;
const email = 'bob@example.com';
const body = JSON.stringify({ UserPoolId, Username: email });
const minuteMs = 60_000;

let cognito: TestCognito;
let sub: string;

beforeAll(async () => {
  cognito = await startTestCognito();
  sub = await cognito.createUser(email);
});

afterAll(() => cognito.close());

const now = () => new Date(cognito.clock.nowMs);
const signed = (asked: Partial<AdminRequest> = {}) => sign(cognito.url, { body, at: now(), ...asked });
const ask = (headers: Readonly<Record<string, string>>, sent = body) => post(cognito.url, headers, sent);

const refusal = (type: string, message?: string | RegExp) => ({
  status: 400,
  body: { __type: type, message: message === undefined ? expect.any(String) : expect.stringMatching(message) },
});
const mismatch = refusal('InvalidSignatureException', /^The request signature we calculated does not match/);

describe('the SDK', () => {
  const getUser = async (config: Parameters<typeof sdkClient>[1]) => {
    const sdk = sdkClient(cognito.url, { now: cognito.now, ...config });
    try {
      return await sdk.send(new AdminGetUserCommand({ UserPoolId, Username: email }));
    } finally {
      sdk.destroy();
    }
  };

  test('is let in with the right credentials', async () => {
    expect((await getUser({})).Username).toBe(sub);
  });

  test.each([
    ['another secret', { ...credentials, secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
    ['another key id', { ...credentials, accessKeyId: 'AKIAOTHER' }, 'UnrecognizedClientException'],
    ['a session token', { ...credentials, sessionToken: 'a token' }, 'UnrecognizedClientException'],
  ])('is refused with %s', async (_with, given, name) => {
    await expect(getUser({ credentials: given })).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  test('is refused when it signs for another region', async () => {
    await expect(getUser({ region: 'eu-west-1' })).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: "Credential should be scoped to a valid region: 'us-east-1'.",
    });
  });

  test.each([
    [
      'an hour slow',
      -60,
      'Signature expired: 20260102T020405Z is now earlier than 20260102T024905Z (20260102T030405Z - 15 min.)',
    ],
    [
      'an hour fast',
      60,
      'Signature not yet current: 20260102T040405Z is still later than 20260102T031905Z (20260102T030405Z + 15 min.)',
    ],
  ])('is refused when its clock is %s', async (_clock, minutes, message) => {
    const late = getUser({ now: () => Date.parse('2026-01-02T03:04:05.500Z') + minutes * minuteMs });
    await expect(late).rejects.toMatchObject({ name: 'InvalidSignatureException', message });
  });
});

describe('a signed request', () => {
  test('is answered', async () => {
    expect(await ask(signed())).toMatchObject({ status: 200, body: { Username: sub } });
  });

  test.each([-15, 15])('is answered %i minutes from now, to the second', async (minutes) => {
    const whole = Math.floor(cognito.clock.nowMs / 1000) * 1000;
    const [inside, outside] = [minutes * minuteMs, minutes * minuteMs + Math.sign(minutes) * 1000];
    const restored = cognito.clock.nowMs;
    cognito.clock.nowMs = whole;
    try {
      expect(await ask(signed({ at: new Date(whole + inside) }))).toMatchObject({ status: 200 });
      const type = 'InvalidSignatureException';
      expect(await ask(signed({ at: new Date(whole + outside) }))).toMatchObject(refusal(type, /^Signature /));
    } finally {
      cognito.clock.nowMs = restored;
    }
  });

  test('is refused with another body, if by one byte', async () => {
    expect(await ask(signed(), body.replace('bob@', 'Bob@'))).toMatchObject(mismatch);
    expect(await ask(signed(), `${body} `)).toMatchObject(mismatch);
  });

  test('is refused when it is sent for another operation', async () => {
    const headers = { ...signed(), 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminDeleteUser' };
    expect(await ask(headers)).toMatchObject(mismatch);
  });

  test('is refused at another path, or with a query', async () => {
    for (const path of ['/other', '/?a=b']) {
      expect(await post(`${cognito.url}${path}`, signed(), body)).toMatchObject(mismatch);
    }
  });

  test('is refused with a header that was changed or taken away', async () => {
    const headers = signed({ headers: { 'x-amz-meta': 'one' } });
    expect(await ask(headers)).toMatchObject({ status: 200 });
    expect(await ask({ ...headers, 'x-amz-meta': 'two' })).toMatchObject(mismatch);
    const { 'x-amz-meta': _taken, ...rest } = headers;
    expect(await ask(rest)).toMatchObject(mismatch);
  });

  test.each(['host', 'x-amz-date', 'x-amz-target'])('must sign %s', async (name) => {
    expect(await ask(signed({ unsigned: [name] }))).toMatchObject(
      refusal('InvalidSignatureException', `'${name}' must be a 'SignedHeader' in the AWS Authorization.`),
    );
  });

  test.each([
    ['20260102/eu-west-1/cognito-idp/aws4_request', /valid region/],
    ['20260102/us-east-1/s3/aws4_request', /correct service: 'cognito-idp'/],
    ['20260102/us-east-1/cognito-idp/aws5_request', /valid terminator/],
    ['20260101/us-east-1/cognito-idp/aws4_request', /'20260101' != '20260102', from '20260102T030405Z'/],
  ])('is refused with the scope %s', async (scope, message) => {
    expect(await ask(signed({ scope }))).toMatchObject(refusal('InvalidSignatureException', message));
  });

  test('is refused with another secret, or the key id of somebody else', async () => {
    expect(await ask(signed({ secretAccessKey: 'wrong' }))).toMatchObject(mismatch);
    expect(await ask(signed({ accessKeyId: 'AKIAOTHER' }))).toMatchObject(refusal('UnrecognizedClientException'));
  });
});

describe('what is not a whole signature', () => {
  async function withAuthorization(authorization: string): Promise<Reply> {
    return ask({ ...signed(), authorization });
  }

  test('is a MissingAuthenticationTokenException when there is none', async () => {
    const { authorization: _taken, ...unsigned } = signed();
    expect(await ask(unsigned)).toMatchObject(
      refusal('MissingAuthenticationTokenException', 'Missing Authentication Token'),
    );
  });

  test.each(['Credential', 'SignedHeaders', 'Signature'])('names the missing %s', async (name) => {
    const { authorization = '' } = signed();
    const without = authorization.replace(new RegExp(`${name}=[^,]+(, )?`), '');
    expect(await withAuthorization(without)).toMatchObject(
      refusal('IncompleteSignatureException', `^Authorization header requires '${name}' parameter.$`),
    );
  });

  test('names the missing date', async () => {
    const { 'x-amz-date': _taken, ...undated } = signed();
    expect(await ask(undated)).toMatchObject(
      refusal('IncompleteSignatureException', /requires existence of a 'X-Amz-Date'/),
    );
  });

  test('refuses a date that is none', async () => {
    const headers = { ...signed(), 'x-amz-date': '20260102T99' };
    expect(await ask(headers)).toMatchObject(
      refusal('IncompleteSignatureException', /'basic format'. Got '20260102T99'/),
    );
  });

  test.each([
    ['Bearer abc', /^Unsupported AWS 'algorithm': 'Bearer'/],
    ['AWS4-HMAC-SHA256', /requires 'Credential'.*requires 'Signature'.*requires 'SignedHeaders'/],
    ['AWS4-HMAC-SHA256 Credential=test, SignedHeaders=host, Signature=a', /exactly 5 slash-delimited elements/],
  ])('refuses %j', async (authorization, message) => {
    expect(await withAuthorization(authorization)).toMatchObject(refusal('IncompleteSignatureException', message));
  });
});

test('operations of a client need no signature', async () => {
  const sent = JSON.stringify({ ClientId: 'client1', Username: email, ConfirmationCode: '123456' });
  const headers = { 'x-amz-target': 'AWSCognitoIdentityProviderService.ConfirmSignUp' };
  expect(await ask(headers, sent)).toMatchObject(refusal('NotAuthorizedException', /^User cannot be confirmed/));
});
