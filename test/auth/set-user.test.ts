import { setUser } from '../../src/auth/set-user';
import { anAccountStore, anIdentityAdmin, aUser } from './fakes';

const now = () => 5_999;
const password = 'Correct-horse-1';

function aDeployment(overrides: Parameters<typeof anIdentityAdmin>[0] = {}) {
  const accounts = anAccountStore();
  accounts.accounts.set('sub-1', { ...aUser(), home: 'h/', isActive: true, tokensValidAfter: 0 });
  const admin = anIdentityAdmin(overrides);
  return {
    accounts,
    admin,
    set: (request: Omit<Parameters<typeof setUser>[1], 'email'> & { email?: string }) =>
      setUser({ admin, accounts, now }, { email: 'Ann@example.com', ...request }),
  };
}

test('an unknown email with a password is a new user, whose email counts as confirmed', async () => {
  const { set, admin } = aDeployment();
  expect(await set({ email: 'New@example.com', password })).toEqual({ id: 'sub-2', isNew: true });
  expect(admin.done.slice(0, 2)).toEqual(['create new@example.com', 'password sub-2']);
});

test('an unknown email without a password is an error that says how to create the user', async () => {
  const { set, admin } = aDeployment();
  await expect(set({ email: 'new@example.com' })).rejects.toMatchObject({ code: 'UserNotFound' });
  expect(admin.done).toEqual([]);
});

test('a deactivation is in the record first, disables the user and ends every session', async () => {
  const { set, admin, accounts } = aDeployment();
  expect(await set({ isActive: false })).toEqual({ id: 'sub-1', isNew: false });
  expect(accounts.accounts.get('sub-1')).toMatchObject({ isActive: false, tokensValidAfter: 5 });
  expect(admin.done).toEqual(['disable sub-1', 'end sub-1']);
});

test('a deactivation that Cognito fails has taken effect all the same, and its repeat completes it', async () => {
  const { set, accounts } = aDeployment({ setEnabled: async () => Promise.reject(new Error('throttled')) });
  await expect(set({ isActive: false })).rejects.toThrow('throttled');
  expect(accounts.accounts.get('sub-1')).toMatchObject({ isActive: false });
});

test('an activation that Cognito fails has not taken effect', async () => {
  const { set, accounts } = aDeployment({ setEnabled: async () => Promise.reject(new Error('throttled')) });
  await accounts.setActive('sub-1', false);
  await expect(set({ isActive: true })).rejects.toThrow('throttled');
  expect(accounts.accounts.get('sub-1')).toMatchObject({ isActive: false });
});

test('groups change in Cognito and in the record, and the others stay', async () => {
  const { set, admin, accounts } = aDeployment();
  await accounts.setGroups('sub-1', ['readers']);
  await set({ isAdmin: true });
  expect(accounts.accounts.get('sub-1')?.groups).toEqual(['readers', 'admin']);
  await set({ isAdmin: true });
  expect(accounts.accounts.get('sub-1')?.groups).toEqual(['readers', 'admin']);
  await set({ isAdmin: false });
  expect(accounts.accounts.get('sub-1')?.groups).toEqual(['readers']);
  expect(admin.done).toEqual(['join sub-1 admin', 'join sub-1 admin', 'leave sub-1 admin']);
});

test('a new password ends every session of the old one; nothing asked changes nothing', async () => {
  const { set, admin, accounts } = aDeployment();
  await set({});
  expect(admin.done).toEqual([]);
  await set({ password });
  expect(admin.done).toEqual(['password sub-1', 'end sub-1']);
  expect(accounts.accounts.get('sub-1')?.tokensValidAfter).toBe(5);
});
