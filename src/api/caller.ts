import type { MiddlewareObj } from '@middy/core';
import type { Account, AccountStore } from '../aws/account-store';
import { AppError } from '../errors';
import type { ApiEvent } from './event';
import type { Access } from './route';

/**
 * Who is asking: API Gateway's authorizer has verified the token, the account's record tells what it is worth now.
 * Throws AppError Unauthenticated, AccountInactive, AdminOnly.
 */
export const caller = (accounts: () => AccountStore, access: Access): MiddlewareObj<ApiEvent> => ({
  before: async ({ event }) => {
    const account = await accountOf(event, accounts());
    if (access === 'admin' && !account.groups.includes('admin')) throw adminOnly();
    event.account = account;
  },
});

async function accountOf(event: ApiEvent, accounts: AccountStore): Promise<Account> {
  const { sub, auth_time: authTime } = event.requestContext?.authorizer?.claims ?? {};
  if (!sub)
    throw new AppError('Unauthenticated', 'Send "Authorization: Bearer" with the access_token from POST /auth/login.');
  const account = await accounts.find(sub);
  if (!account) throw new AppError('Unauthenticated', 'This token was not issued by POST /auth/login. Sign in there.');
  if (!account.isActive) throw new AppError('AccountInactive', 'The account has been deactivated.');
  if (!(Number(authTime) > account.tokensValidAfter)) {
    throw new AppError('Unauthenticated', 'This token was signed out. Sign in again.');
  }
  return account;
}

const adminOnly = (): AppError =>
  new AppError('AdminOnly', 'This is for members of the group admin. Ask one of them to do it, or to let you in.');
