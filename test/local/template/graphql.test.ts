import { readGraphql } from '../../../local/template/graphql';
import { createResolver, type Template } from '../../../local/template/intrinsics';

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;
const apiId = { 'Fn::GetAtt': ['Api', 'ApiId'] };

const resources = (): Resources => ({
  Pool: { Type: 'AWS::Cognito::UserPool', Properties: {} },
  Users: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { TableName: 'Users' } },
  Role: { Type: 'AWS::IAM::Role', Properties: {} },
  Api: {
    Type: 'AWS::AppSync::GraphQLApi',
    Properties: {
      AuthenticationType: 'AMAZON_COGNITO_USER_POOLS',
      UserPoolConfig: { UserPoolId: { Ref: 'Pool' }, AppIdClientRegex: 'client', DefaultAction: 'ALLOW' },
      LogConfig: { CloudWatchLogsRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    },
  },
  Schema: { Type: 'AWS::AppSync::GraphQLSchema', Properties: { ApiId: apiId, Definition: 'type Query { a: String }' } },
  Source: {
    Type: 'AWS::AppSync::DataSource',
    Properties: {
      ApiId: apiId,
      Name: 'People',
      Type: 'AMAZON_DYNAMODB',
      DynamoDBConfig: { TableName: { Ref: 'Users' } },
    },
  },
  Resolver: {
    Type: 'AWS::AppSync::Resolver',
    Properties: {
      ApiId: apiId,
      TypeName: 'Query',
      FieldName: 'a',
      DataSourceName: { 'Fn::GetAtt': ['Source', 'Name'] },
      Runtime: { Name: 'APPSYNC_JS', RuntimeVersion: '1.0.0' },
      Code: 'code',
    },
  },
});

const read = (changed: Resources = {}) => {
  const template: Template = { Resources: { ...resources(), ...changed } };
  return readGraphql(template, createResolver('Stack', template));
};

const changed = (id: string, properties: Record<string, unknown>): Resources => {
  const resource = resources()[id];
  return resource ? { [id]: { ...resource, Properties: { ...resource.Properties, ...properties } } } : {};
};

test('reads the API, its schema and its resolvers with their tables', () => {
  expect(read()).toEqual({
    url: expect.stringMatching(/^https:\/\/\w{26}\.appsync-api\.us-east-1\.amazonaws\.com\/graphql$/),
    schema: 'type Query { a: String }',
    userPoolId: expect.stringMatching(/^us-east-1_/),
    clientPattern: 'client',
    resolvers: [{ typeName: 'Query', fieldName: 'a', code: 'code', tableName: 'Users' }],
  });
});

test('a template without AppSync has none', () => {
  const template: Template = { Resources: {} };
  expect(readGraphql(template, createResolver('Stack', template))).toBeUndefined();
});

test.each([
  ['API keys', changed('Api', { AuthenticationType: 'API_KEY' }), 'Api must be for users'],
  ['a second way in', changed('Api', { AdditionalAuthenticationProviders: [{}] }), 'Api must be for users'],
  ['users who are denied by default', changed('Api', { UserPoolConfig: { DefaultAction: 'DENY' } }), 'by default'],
  [
    'a schema elsewhere',
    changed('Schema', { Definition: undefined, DefinitionS3Location: 's3' }),
    'Api needs a schema',
  ],
  ['a pipeline', changed('Resolver', { Kind: 'PIPELINE' }), 'Resolver must be a unit resolver'],
  ['a template of VTL', changed('Resolver', { Runtime: undefined, RequestMappingTemplate: '{}' }), 'APPSYNC_JS'],
  ['code elsewhere', changed('Resolver', { Code: undefined, CodeS3Location: 's3' }), 'written in the template'],
  ['another data source', changed('Source', { Type: 'HTTP' }), 'Resolver needs a data source that is a DynamoDB table'],
  [
    'what it does not know',
    { Cache: { Type: 'AWS::AppSync::ApiCache', Properties: {} } },
    'Cache: AWS::AppSync::ApiCache',
  ],
  ['two APIs', { Second: { Type: 'AWS::AppSync::GraphQLApi', Properties: {} } }, 'several AppSync APIs'],
])('refuses %s, by name', (_what, change, words) => {
  expect(() => read(change)).toThrow(words);
});
