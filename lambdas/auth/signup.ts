import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { signupRoute } from '../../src/api/routes/auth';
import { signup } from '../../src/auth/signup';
import { cognitoIdentityProvider } from '../../src/aws/identity-provider';

export const handler = door(signupRoute, async ({ body }) =>
  jsonReply({ status: await signup({ identity: cognitoIdentityProvider() }, body) }),
);
