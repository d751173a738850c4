import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { forgotRoute } from '../../src/api/routes/auth';
import { forgotPassword } from '../../src/auth/forgot-password';
import { cognitoIdentityProvider } from '../../src/aws/identity-provider';

export const handler = door(forgotRoute, async ({ body }) => {
  await forgotPassword({ identity: cognitoIdentityProvider() }, body);
  return jsonReply({ status: 'code_sent' });
});
