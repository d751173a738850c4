import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { logoutRoute } from '../../src/api/routes/auth';
import { signOut } from '../../src/auth/sign-out';
import { dynamoAccountStore } from '../../src/aws/account-store';
import { cognitoIdentityAdmin } from '../../src/aws/identity-admin';

export const handler = door(logoutRoute, async ({ user }) => {
  await signOut({ admin: cognitoIdentityAdmin(), accounts: dynamoAccountStore(), now: Date.now }, user);
  return jsonReply({ status: 'signed_out' });
});
