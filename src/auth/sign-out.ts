import type { AccountStore } from '../aws/account-store';
import type { IdentityAdmin } from '../aws/identity-admin';

interface SignOutNeeds {
  readonly admin: IdentityAdmin;
  readonly accounts: AccountStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Ends every token that was issued to a user so far: the record refuses access tokens from the next request on, Cognito
 * its refresh tokens. A repeat completes what a fault left half done.
 */
export async function signOut({ admin, accounts, now }: SignOutNeeds, { id }: { readonly id: string }): Promise<void> {
  await accounts.signOut(id, Math.floor(now() / 1000));
  await admin.endSessions(id);
}
