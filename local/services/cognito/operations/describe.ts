import type { UserPoolClientConfig } from '../config';
import { clientNotFound } from '../errors';
import { adminOperation, clientId } from '../operation';

// What the template says of a pool and its clients. Names, ARNs and dates are left out: they are not known here.

export const describeUserPool = adminOperation({}, async ({ config, users }) => {
  const { minimumLength, requireLowercase, requireUppercase, requireNumbers, requireSymbols } = config.passwordPolicy;
  return {
    UserPool: {
      Id: config.id,
      Policies: {
        PasswordPolicy: {
          MinimumLength: minimumLength,
          RequireLowercase: requireLowercase,
          RequireUppercase: requireUppercase,
          RequireNumbers: requireNumbers,
          RequireSymbols: requireSymbols,
        },
      },
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      AutoVerifiedAttributes: config.autoVerifyEmail ? ['email'] : [],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: !config.selfSignUp },
      EmailVerificationSubject: config.verificationMail.subject,
      EmailVerificationMessage: config.verificationMail.message,
      MfaConfiguration: 'OFF',
      EstimatedNumberOfUsers: users.all.length,
    },
  };
});

export const describeUserPoolClient = adminOperation({ ClientId: clientId }, async ({ config }, { ClientId }) => {
  const client = config.clients.find(({ id }) => id === ClientId);
  if (!client) throw clientNotFound(ClientId);
  return { UserPoolClient: { UserPoolId: config.id, ...clientType(client) } };
});

const clientType = (client: UserPoolClientConfig): object => ({
  ClientId: client.id,
  ExplicitAuthFlows: client.authFlows,
  AccessTokenValidity: client.accessTokenTtlSeconds,
  IdTokenValidity: client.idTokenTtlSeconds,
  RefreshTokenValidity: client.refreshTokenTtlSeconds,
  TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'seconds', RefreshToken: 'seconds' },
  PreventUserExistenceErrors: client.preventUserExistenceErrors ? 'ENABLED' : 'LEGACY',
  EnableTokenRevocation: true,
});
