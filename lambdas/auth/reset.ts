import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { resetRoute } from '../../src/api/routes/auth';
import { resetPassword } from '../../src/auth/reset-password';
import { dynamoAccountStore } from '../../src/aws/account-store';
import { cognitoIdentityAdmin } from '../../src/aws/identity-admin';
import { cognitoIdentityProvider } from '../../src/aws/identity-provider';

export const handler = door(resetRoute, async ({ body }) => {
  const identity = cognitoIdentityProvider();
  await resetPassword({ identity, admin: cognitoIdentityAdmin(), accounts: dynamoAccountStore(), now: Date.now }, body);
  return jsonReply({ status: 'password_reset' });
});
