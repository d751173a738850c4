import { DescribeUserPoolClientCommand, DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { ClientId, UserPoolId, usePool } from './pool';

const pool = usePool();

const absent = { name: 'ResourceNotFoundException' };

test('a pool says how people sign in, and with what passwords', async () => {
  const { UserPool } = await pool.sdk.send(new DescribeUserPoolCommand({ UserPoolId }));
  expect(UserPool).toMatchObject({
    Id: UserPoolId,
    Policies: {
      PasswordPolicy: {
        MinimumLength: 12,
        RequireLowercase: true,
        RequireUppercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
      },
    },
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    AutoVerifiedAttributes: ['email'],
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
    EstimatedNumberOfUsers: expect.any(Number),
  });
  await expect(pool.sdk.send(new DescribeUserPoolCommand({ UserPoolId: 'us-east-1_Nobody000' }))).rejects.toMatchObject(
    absent,
  );
});

test('a client says what it allows', async () => {
  const { UserPoolClient } = await pool.sdk.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  expect(UserPoolClient).toMatchObject({
    UserPoolId,
    ClientId,
    ExplicitAuthFlows: expect.arrayContaining(['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']),
    PreventUserExistenceErrors: 'ENABLED',
  });
  expect(UserPoolClient).not.toHaveProperty('ClientSecret');
  const other = new DescribeUserPoolClientCommand({ UserPoolId, ClientId: 'nobody' });
  await expect(pool.sdk.send(other)).rejects.toMatchObject(absent);
});
