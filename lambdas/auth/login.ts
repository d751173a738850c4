import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { loginRoute } from '../../src/api/routes/auth';
import { login } from '../../src/auth/login';
import { dynamoAccountStore } from '../../src/aws/account-store';
import { cognitoIdentityProvider } from '../../src/aws/identity-provider';

export const handler = door(loginRoute, async ({ body }) => {
  const tokens = await login({ identity: cognitoIdentityProvider(), accounts: dynamoAccountStore() }, body);
  return jsonReply({
    access_token: tokens.accessToken,
    id_token: tokens.idToken,
    refresh_token: tokens.refreshToken,
    token_type: 'Bearer',
    expires_in: tokens.expiresInSeconds,
  });
});
