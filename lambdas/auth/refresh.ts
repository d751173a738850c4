import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { refreshRoute } from '../../src/api/routes/auth';
import { tokensJson } from '../../src/api/tokens-json';
import { refresh } from '../../src/auth/refresh';
import { dynamoAccountStore } from '../../src/aws/account-store';
import { cognitoIdentityProvider } from '../../src/aws/identity-provider';

export const handler = door(refreshRoute, async ({ body }) => {
  const needs = { identity: cognitoIdentityProvider(), accounts: dynamoAccountStore() };
  return jsonReply(tokensJson(await refresh(needs, { refreshToken: body.refresh_token })));
});
