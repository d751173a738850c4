import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { UserPoolClientConfig } from '../config';
import { CognitoError, clientNotFound, invalidParameter, notAuthorized, userDisabled, userNotFound } from '../errors';
import { adminOperation, clientId, clientOperation } from '../operation';
import { checkPasswordStands, isPassword } from '../password';
import type { Pool } from '../pool';
import { isOver, newSession } from '../session';
import type { User } from '../users';

type Parameters = Readonly<Record<string, string>>;
type Flow = (pool: Pool, client: UserPoolClientConfig, parameters: Parameters) => Promise<object>;

const flows: Readonly<Record<string, Flow>> = {
  USER_PASSWORD_AUTH: signInByPassword,
  REFRESH_TOKEN_AUTH: refresh,
  REFRESH_TOKEN: refresh,
};

/** Those of an administrator: no client of ours allows one by password. */
const adminFlows: Readonly<Record<string, Flow>> = { REFRESH_TOKEN_AUTH: refresh, REFRESH_TOKEN: refresh };

const authRequest = { AuthFlow: z.string(), AuthParameters: z.record(z.string(), z.string()).default({}) };

export const initiateAuth = clientOperation(authRequest, async (pool, client, { AuthFlow, AuthParameters }) => {
  const flow = flowOf(flows, client, AuthFlow);
  if (!flow) throw invalidParameter(`${AuthFlow} flow not enabled for this client`);
  return flow(pool, client, AuthParameters);
});

export const adminInitiateAuth = adminOperation(
  { ...authRequest, ClientId: clientId },
  async (pool, { ClientId, AuthFlow, AuthParameters }) => {
    const client = pool.config.clients.find(({ id }) => id === ClientId);
    if (!client) throw clientNotFound(ClientId);
    const flow = flowOf(adminFlows, client, AuthFlow);
    if (!flow) throw invalidParameter('Auth flow not enabled for this client');
    return flow(pool, client, AuthParameters);
  },
);

function flowOf(flows: Readonly<Record<string, Flow>>, client: UserPoolClientConfig, name: string): Flow | undefined {
  const allowed = `ALLOW_${name === 'REFRESH_TOKEN' ? 'REFRESH_TOKEN_AUTH' : name}`;
  return client.authFlows.includes(allowed) && Object.hasOwn(flows, name) ? flows[name] : undefined;
}

async function signInByPassword(pool: Pool, client: UserPoolClientConfig, parameters: Parameters): Promise<object> {
  const name = required(parameters, 'USERNAME');
  const password = required(parameters, 'PASSWORD');

  // One at a time for each name: guesses made in parallel must not all be judged by the count before them.
  return pool.users.exclusively(name, async () => {
    const user = pool.users.find(name);
    const counted = pool.users.keyOf(name);
    if (pool.attempts.signIns.isLocked(counted, pool.now())) throw notAuthorized('Password attempts exceeded');
    // A guess: whatever the password, as the one the user knows is good no longer.
    if (user) checkPasswordStands(user);
    const isRight = await isPassword(password, user?.passwordHash);
    if (!user && !client.preventUserExistenceErrors) throw userNotFound();
    if (!user || !isRight) {
      await pool.attempts.signIns.wrong(counted, pool.now());
      throw notAuthorized('Incorrect username or password.');
    }
    await pool.attempts.signIns.right(counted);
    if (user.disabled) throw userDisabled();
    if (user.status === 'UNCONFIRMED') {
      throw new CognitoError('UserNotConfirmedException', 'User is not confirmed.');
    }
    if (user.status === 'FORCE_CHANGE_PASSWORD') return newPasswordChallenge(user);

    const issued = { ...issuedTo(pool, user, client), session: newSession(user, pool.now()) };
    return {
      ChallengeParameters: {},
      AuthenticationResult: {
        ...pool.tokens.issue(issued),
        RefreshToken: pool.tokens.issueRefreshToken(issued),
      },
    };
  });
}

/** Nothing takes the session yet: RespondToAuthChallenge is not emulated. An administrator sets the password. */
const newPasswordChallenge = (user: User): object => ({
  ChallengeName: 'NEW_PASSWORD_REQUIRED',
  Session: randomBytes(64).toString('base64url'),
  ChallengeParameters: {
    USER_ID_FOR_SRP: user.sub,
    requiredAttributes: '[]',
    userAttributes: JSON.stringify({ email: user.email, email_verified: String(user.emailVerified) }),
  },
});

async function refresh(pool: Pool, client: UserPoolClientConfig, parameters: Parameters): Promise<object> {
  const token = pool.tokens.openRefreshToken(required(parameters, 'REFRESH_TOKEN'), client, pool.now());
  const user = pool.users.find(token.sub);
  if (user?.disabled) throw userDisabled();
  if (user) checkPasswordStands(user);
  if (!user || isOver(token, user)) throw notAuthorized('Refresh Token has been revoked');
  const issued = { ...issuedTo(pool, user, client), session: token };
  return { ChallengeParameters: {}, AuthenticationResult: pool.tokens.issue(issued) };
}

const issuedTo = (pool: Pool, user: User, client: UserPoolClientConfig) => ({
  user,
  groups: pool.groups.byPrecedence(user.groups),
  client,
  nowMs: pool.now(),
});

function required(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (!value) throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}
