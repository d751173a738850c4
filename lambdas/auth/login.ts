import { setTimeout as sleep } from 'node:timers/promises';
import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { loginRoute } from '../../src/api/routes/auth';
import { tokensJson } from '../../src/api/tokens-json';
import { login } from '../../src/auth/login';
import { dynamoAccountStore } from '../../src/aws/account-store';
import { cognitoIdentityProvider } from '../../src/aws/identity-provider';

export const handler = door(loginRoute, async ({ body }) => {
  const needs = { identity: cognitoIdentityProvider(), accounts: dynamoAccountStore(), sleep };
  return jsonReply(tokensJson(await login(needs, body)));
});
