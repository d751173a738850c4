import type { ApiEvent } from '../../src/api/event';

// Of a user who signed in after the last sign-out: the record of the account, and what the authorizer says.

export const account = {
  sub: 's',
  email: 'ann@example.com',
  email_verified: true,
  is_active: true,
  groups: [],
  home: 'ann%40example.com/',
  tokens_valid_after: 100,
};

export const signedIn = (authTime = '101'): ApiEvent['requestContext'] => ({
  authorizer: { claims: { sub: account.sub, auth_time: authTime } },
});

/** The problem document in an answer. */
export const problemOf = ({ body }: { readonly body: string }) => JSON.parse(body);
