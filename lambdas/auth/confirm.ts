import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { confirmRoute } from '../../src/api/routes/auth';
import { confirmSignup } from '../../src/auth/confirm-signup';
import { cognitoIdentityProvider } from '../../src/aws/identity-provider';

export const handler = door(confirmRoute, async ({ body }) => {
  await confirmSignup({ identity: cognitoIdentityProvider() }, body);
  return jsonReply({ status: 'confirmed' });
});
