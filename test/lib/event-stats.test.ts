import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { synthesise } from './synthesise';

const { template } = synthesise();
const idOf = (type: string, prefix = 'EventStats') =>
  Object.keys(template.findResources(type)).find((id) => id.startsWith(prefix)) ?? '';

const bucketArn = { 'Fn::GetAtt': [idOf('AWS::S3::Bucket'), 'Arn'] };
const poolId = { Ref: idOf('AWS::Cognito::IdentityPool') };

/** All that the policies of a role allow. */
const statementsOf = (roleId: string) =>
  Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

test('the role of the identity pool may read the events, and nothing else', () => {
  const reader = idOf('AWS::IAM::Role', 'EventStatsReader');
  expect(statementsOf(reader)).toEqual([
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: bucketArn },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Join': ['', [bucketArn, '/*']] } },
  ]);
  template.hasResourceProperties('AWS::Cognito::IdentityPoolRoleAttachment', {
    IdentityPoolId: poolId,
    Roles: { authenticated: { 'Fn::GetAtt': [reader, 'Arn'] } },
    RoleMappings: Match.absent(),
  });
});

test('only who signed in through this identity pool gets the role, and only our own user pool is asked', () => {
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: 'cognito-identity.amazonaws.com' },
          Condition: {
            StringEquals: { 'cognito-identity.amazonaws.com:aud': poolId },
            'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
          },
        },
      ],
    },
  });
  template.hasResourceProperties('AWS::Cognito::IdentityPool', {
    AllowUnauthenticatedIdentities: false,
    CognitoIdentityProviders: [Match.objectLike({ ServerSideTokenCheck: true })],
  });
});

test('AppSync takes tokens of our client, may read single users, and logs no content', () => {
  template.hasResourceProperties('AWS::AppSync::GraphQLApi', {
    AuthenticationType: 'AMAZON_COGNITO_USER_POOLS',
    AdditionalAuthenticationProviders: Match.absent(),
    UserPoolConfig: {
      AppIdClientRegex: { Ref: idOf('AWS::Cognito::UserPoolClient', 'Identity') },
      DefaultAction: 'ALLOW',
    },
    LogConfig: { FieldLogLevel: 'ERROR', ExcludeVerboseContent: true },
    XrayEnabled: true,
  });
  const table = idOf('AWS::DynamoDB::GlobalTable');
  expect(statementsOf(idOf('AWS::IAM::Role', 'EventStatsUserReader'))).toEqual([
    { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: { 'Fn::GetAtt': [table, 'Arn'] } },
  ]);
});

test('the schema and the resolver are the files of lambdas/graphql, as they are', () => {
  const read = (name: string) => readFileSync(join(__dirname, '..', '..', 'lambdas', 'graphql', name), 'utf8');
  expect(read('technical_test_schema.graphql')).toContain('Reconstructed');
  template.hasResourceProperties('AWS::AppSync::GraphQLSchema', { Definition: read('technical_test_schema.graphql') });
  template.hasResourceProperties('AWS::AppSync::Resolver', { Code: read('fetch-user.js'), FieldName: 'fetchUser' });
});
