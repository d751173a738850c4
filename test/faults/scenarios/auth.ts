import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { homeOf } from '../../../src/auth/home';
import type { Prepared, Scenario } from '../scenario';
import { asJson, password, type World } from '../world';

const fresh = 'Another-horse-2';

const codeOf = ({ cloud, email }: World): string => cloud.cloud.mailbox.list(email).at(-1)?.code ?? '';

async function signUp(world: World): Promise<void> {
  await world.json('auth/signup', asJson({ email: world.email, password }));
}

async function confirm(world: World): Promise<void> {
  await signUp(world);
  await world.json('auth/confirm', asJson({ email: world.email, code: codeOf(world) }));
}

/** A real user, who has signed in: the tokens, and what the authorizer would say of the access token. */
async function signIn(world: World, secret = password) {
  const tokens = await world.json('auth/login', asJson({ email: world.email, password: secret }));
  const [, payload = ''] = tokens.access_token.split('.');
  const { sub, auth_time } = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return { tokens, requestContext: { authorizer: { claims: { sub, auth_time: String(auth_time) } } } };
}

/** What becomes of a sign-in: the status, and the account that it shows. */
async function signInState(world: World, secret = password) {
  const { status, body } = await world.call('auth/login', asJson({ email: world.email, password: secret }));
  return { status, code: JSON.parse(body).code };
}

const login = (
  key: string,
  name: string,
  secretField: object,
  before: (world: World) => Promise<unknown>,
): Scenario => ({
  handler: key,
  name,
  async prepare(world) {
    await confirm(world);
    await before(world);
    const body = { ...secretField, ...(key === 'auth/token' ? { username: world.email } : { email: world.email }) };
    return {
      send: () => world.call(key, asJson({ ...body, password })),
      isLookingDoing: true,
      visible: async () => {
        const { requestContext } = await signIn(world);
        return [await world.json('me', { requestContext }), await world.json('files/list', { requestContext })];
      },
    };
  },
});

/** Whose email is the world's, and who has it no more. */
async function formerUser(world: World): Promise<void> {
  const dynamo = new DynamoDBClient(world.cloud.cloud.clientConfig('DYNAMODB'));
  const Item = { sub: { S: `home#${homeOf(world.email)}` }, claimed_by: { S: 'another' } };
  await dynamo.send(new PutItemCommand({ TableName: process.env['ACCOUNTS_TABLE'], Item }));
  dynamo.destroy();
}

const mailing = (key: string, before: (world: World) => Promise<void>): Scenario => ({
  handler: key,
  name: 'an account that gets a mail',
  async prepare(world) {
    await before(world);
    return {
      send: () => world.call(key, asJson({ email: world.email })),
      // A mail more is no harm: whether any of the newest code came at all is what counts.
      visible: async () => world.cloud.cloud.mailbox.list(world.email).length > 0,
    };
  },
});

export const authScenarios: readonly Scenario[] = [
  {
    handler: 'auth/signup',
    name: 'a new email',
    async prepare(world) {
      return {
        send: () => world.call('auth/signup', asJson({ email: world.email, password })),
        visible: () => signInState(world),
      };
    },
  },
  {
    handler: 'auth/signup',
    name: 'an email that was not confirmed',
    async prepare(world) {
      await signUp(world);
      return {
        send: () => world.call('auth/signup', asJson({ email: world.email, password })),
        visible: () => signInState(world),
      };
    },
  },
  {
    handler: 'auth/confirm',
    name: 'the newest code',
    async prepare(world) {
      await signUp(world);
      const code = codeOf(world);
      return {
        send: () => world.call('auth/confirm', asJson({ email: world.email, code })),
        visible: () => signInState(world),
        // To tell that an account is confirmed would tell that there is one.
        doneAlready: 'InvalidCode',
      };
    },
  },
  mailing('auth/resend', signUp),
  mailing('auth/forgot', confirm),
  login('auth/login', 'the first sign-in', {}, async () => {}),
  login('auth/login', 'a later sign-in', {}, (world) => signIn(world)),
  login('auth/login', 'the first sign-in, with the email of a former user', {}, formerUser),
  login('auth/token', 'the first sign-in', {}, async () => {}),
  {
    handler: 'auth/refresh',
    name: 'a refresh token',
    async prepare(world) {
      await confirm(world);
      const { tokens } = await signIn(world);
      return { send: () => world.call('auth/refresh', asJson({ refresh_token: tokens.refresh_token })) };
    },
  },
  {
    handler: 'auth/logout',
    name: 'a signed-in user',
    async prepare(world) {
      await confirm(world);
      const { tokens, requestContext } = await signIn(world);
      return {
        send: () => world.call('auth/logout', { requestContext }),
        visible: () => sessionState(world, tokens.refresh_token, requestContext),
        doneAlready: 'Unauthenticated',
        isRefusedWhenDone: true,
      };
    },
  },
  {
    handler: 'auth/reset',
    name: 'the newest code, while a session lasts',
    async prepare(world): Promise<Prepared> {
      await confirm(world);
      const { tokens, requestContext } = await signIn(world);
      const forgot = () => world.json('auth/forgot', asJson({ email: world.email }));
      const reset = () =>
        world.call('auth/reset', asJson({ email: world.email, code: codeOf(world), password: fresh }));
      await forgot();
      return {
        send: reset,
        // A code is good once.
        repeat: async () => {
          await forgot();
          return reset();
        },
        visible: async () => [
          await signInState(world, fresh),
          await sessionState(world, tokens.refresh_token, requestContext),
        ],
        isRefusedWhenDone: true,
        // The password is Cognito's and the record of sessions ours: no write changes both.
        isPart: (after) => JSON.stringify(after).startsWith('[{"status":200}'),
      };
    },
  },
];

async function sessionState(world: World, refreshToken: string, requestContext: World['signedIn']) {
  const refreshed = await world.call('auth/refresh', asJson({ refresh_token: refreshToken }));
  const me = await world.call('me', { requestContext });
  return { refreshes: refreshed.status, opens: me.status };
}
