import { readIdentityPools } from '../../../local/template/identity-pools';
import { createResolver, type Template } from '../../../local/template/intrinsics';

const bucketArn = { 'Fn::GetAtt': ['Events', 'Arn'] };
const trust = {
  Effect: 'Allow',
  Action: 'sts:AssumeRoleWithWebIdentity',
  Principal: { Federated: 'cognito-identity.amazonaws.com' },
  Condition: {
    StringEquals: { 'cognito-identity.amazonaws.com:aud': { Ref: 'Identities' } },
    'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
  },
};

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

const resources = (): Resources => ({
  Events: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'events' } },
  Pool: { Type: 'AWS::Cognito::UserPool', Properties: {} },
  Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Pool' } } },
  Identities: {
    Type: 'AWS::Cognito::IdentityPool',
    Properties: {
      AllowUnauthenticatedIdentities: false,
      CognitoIdentityProviders: [
        {
          ClientId: { Ref: 'Client' },
          ProviderName: { 'Fn::GetAtt': ['Pool', 'ProviderName'] },
          ServerSideTokenCheck: true,
        },
      ],
    },
  },
  Attachment: {
    Type: 'AWS::Cognito::IdentityPoolRoleAttachment',
    Properties: {
      IdentityPoolId: { Ref: 'Identities' },
      Roles: { authenticated: { 'Fn::GetAtt': ['Reader', 'Arn'] } },
    },
  },
  Reader: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [trust] } } },
  Policy: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      Roles: [{ Ref: 'Reader' }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: ['s3:GetObject', 's3:ListBucket'],
            Resource: [bucketArn, { 'Fn::Join': ['/', [bucketArn, '*']] }],
          },
        ],
      },
    },
  },
  OtherPolicy: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      Roles: [{ Ref: 'Other' }],
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
    },
  },
});

const read = (changed: Resources) => {
  const template: Template = { Resources: { ...resources(), ...changed } };
  return readIdentityPools(template, createResolver('Stack', template));
};

const changed = (id: string, properties: Record<string, unknown>): Resources => {
  const resource = resources()[id];
  return resource ? { [id]: { ...resource, Properties: { ...resource.Properties, ...properties } } } : {};
};

test('reads a pool, its providers, and what the policies of its role say', () => {
  const { identityPools, identityRoles } = read({});
  expect(identityPools).toEqual([
    {
      id: expect.stringMatching(/^us-east-1:[0-9a-f-]{36}$/),
      providers: [
        {
          name: expect.stringMatching(/^cognito-idp\.us-east-1\.amazonaws\.com\/us-east-1_\w{9}$/),
          clientId: expect.stringMatching(/^\w{26}$/),
          serverSideTokenCheck: true,
        },
      ],
      authenticatedRoleArn: 'arn:aws:iam::000000000000:role/Stack-Reader',
    },
  ]);
  expect(identityRoles).toEqual([
    {
      arn: 'arn:aws:iam::000000000000:role/Stack-Reader',
      statements: [
        {
          effect: 'Allow',
          actions: ['s3:GetObject', 's3:ListBucket'],
          resources: ['arn:aws:s3:::events', 'arn:aws:s3:::events/*'],
        },
      ],
    },
  ]);
});

const statement = (more: object) => ({
  PolicyDocument: { Statement: { Effect: 'Allow', Action: 'a:b', Resource: '*', ...more } },
});

test.each([
  ['guests', changed('Identities', { AllowUnauthenticatedIdentities: true }), 'Identities lets in'],
  ['another provider', changed('Identities', { SupportedLoginProviders: {} }), 'SupportedLoginProviders'],
  ['a mapping of roles', changed('Attachment', { RoleMappings: {} }), 'RoleMappings'],
  ['no role', changed('Attachment', { Roles: {} }), 'Identities needs one attachment'],
  [
    'a role for guests',
    changed('Attachment', { Roles: { unauthenticated: 'x', authenticated: 'y' } }),
    'needs one attachment',
  ],
  [
    'a role of another stack',
    changed('Attachment', { Roles: { authenticated: 'arn:aws:iam::1:role/x' } }),
    'one role of this stack',
  ],
  [
    'a role that trusts others',
    changed('Reader', { AssumeRolePolicyDocument: { Statement: [{ ...trust, Condition: {} }] } }),
    'Reader does not trust',
  ],
  ['managed policies', changed('Reader', { ManagedPolicyArns: ['arn'] }), 'ManagedPolicyArns'],
  ['policies in the role', changed('Reader', { Policies: [] }), 'Policies'],
  ['a condition', changed('Policy', statement({ Condition: {} })), 'Policy has a statement with Condition'],
  ['NotAction', changed('Policy', statement({ NotAction: 'x' })), 'NotAction'],
])('refuses %s, by name', (_what, change, words) => {
  expect(() => read(change)).toThrow(words);
});
