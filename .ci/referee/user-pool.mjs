// Makes the user pool that the contract of Cognito asks for, and prints its settings for the environment.
//
//     node .ci/referee/user-pool.mjs http://127.0.0.1:5000
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';

const sdk = new CognitoIdentityProviderClient({
  endpoint: process.argv[2],
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
// As test/local/services/cognito/fixture.ts has it.
const { UserPool } = await sdk.send(
  new CreateUserPoolCommand({
    PoolName: 'contract',
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    Policies: {
      PasswordPolicy: {
        MinimumLength: 12,
        RequireLowercase: true,
        RequireUppercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
      },
    },
  }),
);
const { UserPoolClient } = await sdk.send(
  new CreateUserPoolClientCommand({
    UserPoolId: UserPool.Id,
    ClientName: 'contract',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
    AccessTokenValidity: 60,
    IdTokenValidity: 30,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes' },
  }),
);
console.log(`export COGNITO_USER_POOL_ID=${UserPool.Id} COGNITO_CLIENT_ID=${UserPoolClient.ClientId}`);
