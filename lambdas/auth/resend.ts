import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { resendRoute } from '../../src/api/routes/auth';
import { resendCode } from '../../src/auth/resend-code';
import { cognitoIdentityProvider } from '../../src/aws/identity-provider';

export const handler = door(resendRoute, async ({ body }) => {
  await resendCode({ identity: cognitoIdentityProvider() }, body);
  return jsonReply({ status: 'code_sent' });
});
