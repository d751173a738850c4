import type { MiddlewareObj } from '@middy/core';
import type { Account, AccountStore } from '../aws/account-store';
import type { TokenClaims, TokenVerifier } from '../aws/token-verifier';
import { AppError } from '../errors';
import { type ApiEvent, headersOf } from './event';
import type { Access } from './route';

/**
 * Who is asking: API Gateway's authorizer has verified the token, the account's record tells what it is worth now.
 * Throws AppError Unauthenticated, AccountInactive, AdminOnly.
 */
export const caller = (accounts: () => AccountStore, access: Access): MiddlewareObj<ApiEvent> => ({
  before: async ({ event }) => {
    const { sub, auth_time: authTime } = event.requestContext?.authorizer?.claims ?? {};
    if (!sub) throw notSignedIn();
    const account = await accountOf({ sub, authTime: Number(authTime) }, accounts());
    if (access === 'admin' && !account.groups.includes('admin')) throw adminOnly();
    event.account = account;
  },
});

/**
 * Who is asking where nobody need say so: API Gateway lets everyone through, so a token that is sent is verified here.
 * Without the header it is a guest. Throws AppError Unauthenticated, AccountInactive.
 */
export const guest = (verifier: () => TokenVerifier, accounts: () => AccountStore): MiddlewareObj<ApiEvent> => ({
  before: async ({ event }) => {
    const { authorization } = headersOf(event);
    if (authorization === undefined) return;
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    const claims = token === undefined ? undefined : await verifier().verify(token);
    if (!claims) throw notSignedIn('The token is not valid, or no longer. Leave it out, or sign in again.');
    event.account = await accountOf(claims, accounts());
  },
});

const notSignedIn = (detail = 'Send "Authorization: Bearer" with the access_token from POST /auth/login.'): AppError =>
  new AppError('Unauthenticated', detail);

async function accountOf({ sub, authTime }: TokenClaims, accounts: AccountStore): Promise<Account> {
  const account = await accounts.find(sub);
  if (!account) throw new AppError('Unauthenticated', 'This token was not issued by POST /auth/login. Sign in there.');
  if (!account.isActive) throw new AppError('AccountInactive', 'The account has been deactivated.');
  if (!(authTime > account.tokensValidAfter)) {
    throw new AppError('Unauthenticated', 'This token was signed out. Sign in again.');
  }
  return account;
}

const adminOnly = (): AppError =>
  new AppError('AdminOnly', 'This is for members of the group admin. Ask one of them to do it, or to let you in.');
