import type { AccountStore } from '../aws/account-store';
import type { IdentityAdmin } from '../aws/identity-admin';
import { AppError } from '../errors';
import { normaliseEmail } from './email';
import { signOut } from './sign-out';

interface SetUserNeeds {
  readonly admin: IdentityAdmin;
  readonly accounts: AccountStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What is left out stays as it is. */
interface SetUserRequest {
  readonly email: string;
  readonly password?: string | undefined;
  readonly isActive?: boolean | undefined;
  readonly isAdmin?: boolean | undefined;
}

/**
 * Creates a user whose email counts as confirmed, or changes one. A new password and a deactivation end every session
 * at the next request. A repeat completes what a fault left half done.
 * Throws AppError UserNotFound, PasswordNotAccepted.
 */
export async function setUser(
  needs: SetUserNeeds,
  { email, password, isActive, isAdmin }: SetUserRequest,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const username = normaliseEmail(email);
  const known = await needs.admin.find(username);
  const id = known ?? (await create(needs, username, password));
  if (password !== undefined) await needs.admin.setPassword(id, password);
  if (isAdmin !== undefined) await setAdmin(needs, id, isAdmin);
  if (isActive !== undefined) await setActive(needs, id, isActive);
  if (password !== undefined || isActive === false) await signOut(needs, { id });
  return { id, isNew: known === undefined };
}

async function create({ admin }: SetUserNeeds, email: string, password: string | undefined): Promise<string> {
  if (password === undefined) {
    throw new AppError('UserNotFound', `${email} has no account. Give a password to create one.`);
  }
  return admin.create(email, password);
}

async function setAdmin({ admin, accounts }: SetUserNeeds, id: string, isAdmin: boolean): Promise<void> {
  await admin.setMembership(id, 'admin', isAdmin);
  const { groups = [] } = (await accounts.find(id)) ?? {};
  const others = groups.filter((group) => group !== 'admin');
  await accounts.setGroups(id, isAdmin ? [...others, 'admin'] : others);
}

/** The record is what the next request is judged by, so it is the first to say no and the last to say yes. */
async function setActive({ admin, accounts }: SetUserNeeds, id: string, isActive: boolean): Promise<void> {
  if (!isActive) await accounts.setActive(id, false);
  await admin.setEnabled(id, isActive);
  if (isActive) await accounts.setActive(id, true);
}
