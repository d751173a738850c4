import type { Template } from '../../../local/template/intrinsics';
import { readStack } from '../../../local/template/stack';

const uri = (functionId: string, path = 'invocations') => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':apigateway:',
      { Ref: 'AWS::Region' },
      ':lambda:path/2015-03-31/functions/',
      { 'Fn::GetAtt': [functionId, 'Arn'] },
      `/${path}`,
    ],
  ],
});

const template: Template = {
  Resources: {
    Files: { Type: 'AWS::S3::Bucket', Properties: { CorsConfiguration: {} } },
    Accounts: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        KeySchema: [{ AttributeName: 'sub', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'sub', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        Replicas: [{ Region: { Ref: 'AWS::Region' } }],
      },
    },
    Errors: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'FileSlaErrors' } },
    Pool: {
      Type: 'AWS::Cognito::UserPool',
      Properties: {
        AutoVerifiedAttributes: ['email'],
        EmailVerificationSubject: 'Your code',
        Policies: { PasswordPolicy: { RequireSymbols: false } },
      },
    },
    Client: {
      Type: 'AWS::Cognito::UserPoolClient',
      Properties: {
        UserPoolId: { Ref: 'Pool' },
        AccessTokenValidity: 30,
        TokenValidityUnits: { AccessToken: 'minutes' },
      },
    },
    List: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'index.handler',
        Timeout: 29,
        MemorySize: 1024,
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Environment: {
          Variables: {
            BUCKET: { Ref: 'Files' },
            TABLE: { Ref: 'Accounts' },
            ERRORS_ARN: { 'Fn::GetAtt': ['Errors', 'Arn'] },
            POOL: { Ref: 'Pool' },
            CLIENT: { Ref: 'Client' },
            // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
            SUB: { 'Fn::Sub': 's3://${Files}/${!Literal}/${Pool.ProviderName}/${AWS::AccountId}' },
            // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
            SUB_WITH: { 'Fn::Sub': ['${a}-${AWS::StackName}', { a: { Ref: 'AWS::Region' } }] },
            PICKED: { 'Fn::Select': [1, { 'Fn::Split': ['_', { Ref: 'Pool' }] }] },
          },
        },
      },
      Metadata: { 'aws:asset:path': 'asset.1' },
    },
    Fallback: {
      Type: 'AWS::Lambda::Function',
      Properties: { Handler: 'index.handler' },
      Metadata: { 'aws:asset:path': '/elsewhere' },
    },
    Role: { Type: 'AWS::IAM::Role' },
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { BinaryMediaTypes: ['*/*'] } },
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { StageName: 'api' } },
    V1: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { PathPart: 'v1', ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] } },
    },
    V1Id: { Type: 'AWS::ApiGateway::Resource', Properties: { PathPart: '{id}', ParentId: { Ref: 'V1' } } },
    Authorizer: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: { ProviderARNs: [{ 'Fn::GetAtt': ['Pool', 'Arn'] }] },
    },
    GetV1Id: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        HttpMethod: 'GET',
        ResourceId: { Ref: 'V1Id' },
        AuthorizationType: 'COGNITO_USER_POOLS',
        AuthorizerId: { Ref: 'Authorizer' },
        AuthorizationScopes: ['admin'],
        Integration: {
          Type: 'AWS_PROXY',
          Uri: uri('List', 'response-streaming-invocations'),
          ResponseTransferMode: 'STREAM',
          TimeoutInMillis: 300_000,
        },
      },
    },
    AnyRoot: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        HttpMethod: 'ANY',
        ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        AuthorizationType: 'NONE',
        Integration: { Type: 'AWS_PROXY', Uri: uri('Fallback') },
      },
    },
    Unauthorized: {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: {
        ResponseType: 'UNAUTHORIZED',
        StatusCode: '401',
        ResponseParameters: { 'gatewayresponse.header.X-Request-Id': 'context.requestId' },
        ResponseTemplates: { 'application/json': '{}' },
      },
    },
  },
  Outputs: {
    Url: {
      Value: {
        'Fn::Join': [
          '',
          [
            'https://',
            { Ref: 'Api' },
            '.execute-api.',
            { Ref: 'AWS::Region' },
            '.',
            { Ref: 'AWS::URLSuffix' },
            '/',
            { Ref: 'Stage' },
          ],
        ],
      },
    },
  },
};

const stack = readStack('Datadock', template, '/assembly');
const list = stack.functions[0];
const [bucket] = stack.buckets.map(({ name }) => name);
const [pool] = stack.userPools;

it('gives names in the form that AWS gives them, the same every time', () => {
  expect(bucket).toMatch(/^datadock-files-[a-z0-9]{12}$/);
  expect(pool?.id).toMatch(/^us-east-1_[A-Za-z0-9]{9}$/);
  expect(pool?.clients.map(({ id }) => id)).toEqual([expect.stringMatching(/^[a-z0-9]{26}$/)]);
  expect(readStack('Datadock', template, '/assembly')).toEqual(stack);
  expect(readStack('Other', template, '/assembly').buckets[0]?.name).not.toBe(bucket);
});

it('resolves the intrinsic functions in an environment', () => {
  expect(list).toEqual({
    name: 'Datadock-List',
    handler: 'index.handler',
    timeoutMs: 29_000,
    memoryMb: 1024,
    assetPath: '/assembly/asset.1',
    environment: {
      BUCKET: bucket,
      TABLE: 'Datadock-Accounts',
      ERRORS_ARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/FileSlaErrors',
      POOL: pool?.id,
      CLIENT: pool?.clients[0]?.id,
      SUB: `s3://${bucket}/\${Literal}/cognito-idp.us-east-1.amazonaws.com/${pool?.id}/000000000000`,
      SUB_WITH: 'us-east-1-Datadock',
      PICKED: pool?.id.split('_')[1],
    },
  });
});

it("gives a function Lambda's defaults where the template says nothing", () => {
  expect(stack.functions[1]).toEqual({
    name: 'Datadock-Fallback',
    handler: 'index.handler',
    timeoutMs: 3_000,
    memoryMb: 128,
    assetPath: '/elsewhere',
    environment: {},
  });
});

it('reads methods with their paths, functions and authorizers', () => {
  expect(stack.api).toEqual({
    id: expect.stringMatching(/^[a-z0-9]{10}$/),
    stage: 'api',
    binaryMediaTypes: ['*/*'],
    methods: [
      {
        httpMethod: 'GET',
        resourcePath: '/v1/{id}',
        resourceId: 'V1Id',
        functionName: 'Datadock-List',
        authorizer: { userPoolIds: [pool?.id], scopes: ['admin'] },
        streaming: true,
        timeoutMs: 300_000,
      },
      {
        httpMethod: 'ANY',
        resourcePath: '/',
        resourceId: `${stack.api.id}-root`,
        functionName: 'Datadock-Fallback',
        streaming: false,
        timeoutMs: 29_000,
      },
    ],
    gatewayResponses: [
      {
        type: 'UNAUTHORIZED',
        statusCode: 401,
        headers: { 'X-Request-Id': 'context.requestId' },
        templates: { 'application/json': '{}' },
      },
    ],
  });
});

it('reads tables as CreateTable wants them, under their own name where they have one', () => {
  expect(stack.tables).toEqual([
    {
      TableName: 'Datadock-Accounts',
      KeySchema: [{ AttributeName: 'sub', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'sub', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
    { TableName: 'FileSlaErrors' },
  ]);
});

it("reads user pools and their clients, with Cognito's defaults", () => {
  expect(stack.userPools).toEqual([
    {
      id: pool?.id,
      passwordPolicy: {
        minimumLength: 8,
        requireLowercase: true,
        requireUppercase: true,
        requireNumbers: true,
        requireSymbols: false,
      },
      selfSignUp: true,
      autoVerifyEmail: true,
      verificationMail: { subject: 'Your code', message: 'Your confirmation code is {####}' },
      clients: [
        {
          id: pool?.clients[0]?.id,
          authFlows: ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'],
          accessTokenTtlSeconds: 1800,
          idTokenTtlSeconds: 3600,
          refreshTokenTtlSeconds: 2_592_000,
          preventUserExistenceErrors: false,
        },
      ],
    },
  ]);
});

it('resolves outputs', () => {
  expect(stack.outputs).toEqual({ Url: `https://${stack.api.id}.execute-api.us-east-1.amazonaws.com/api` });
});

const withVariable = (value: unknown): Template => ({
  ...template,
  Resources: {
    ...template.Resources,
    Fallback: {
      Type: 'AWS::Lambda::Function',
      Properties: { Handler: 'index.handler', Environment: { Variables: { X: value } } },
      Metadata: { 'aws:asset:path': 'asset.2' },
    },
  },
});

it.each([
  [{ 'Fn::ImportValue': 'x' }, 'Fallback uses Fn::ImportValue, which the embedded cloud does not know'],
  [{ Ref: 'Nobody' }, 'Fallback refers to Nobody, which the template does not have'],
  [{ Ref: 'V1' }, 'Fallback refers to V1: AWS::ApiGateway::Resource has no local counterpart'],
  [
    { 'Fn::GetAtt': ['Files', 'WebsiteURL'] },
    'Fallback asks for Files.WebsiteURL: AWS::S3::Bucket has no such attribute locally',
  ],
])('refuses %j and names the resource', (value, message) => {
  expect(() => readStack('Datadock', withVariable(value), '/assembly')).toThrow(message);
});
