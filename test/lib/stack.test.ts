import { Match } from 'aws-cdk-lib/assertions';
import { constructId } from '../../lib/functions';
import { isOpenAtGateway, needsOf, type Route } from '../../src/api/route';
import { fallbackKey, routes } from '../../src/api/routes';
import { settingsOfNeed, versionPath } from '../../src/config';
import { workers } from '../../src/workers';
import { synthesise } from './synthesise';

const { template } = synthesise({ allowedOrigins: ['https://app.example.com'] });
const find = (type: string) => template.findResources(type);

const methods = Object.values(find('AWS::ApiGateway::Method')).map(({ Properties }) => Properties);
const resources = find('AWS::ApiGateway::Resource');

function pathOf(resourceId: { Ref?: string }): string {
  const resource = resources[resourceId.Ref ?? '']?.['Properties'];
  return resource ? `${pathOf(resource.ParentId)}/${resource.PathPart}` : '';
}

const methodOf = (row: Route) =>
  methods.find((method) => method.HttpMethod === row.method && pathOf(method.ResourceId) === versionPath + row.path);

const functionOf = (key: string) =>
  Object.values(find('AWS::Lambda::Function')).find(({ Properties }) => Properties.Description === `Datadock ${key}`)?.[
    'Properties'
  ];

/** What a function's own policy allows, as `action on resource`. */
function grantsOf(key: string): string[] {
  const roleId = functionOf(key).Role['Fn::GetAtt'][0];
  return Object.values(find('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some((role: { Ref: string }) => role.Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) => [Action].flat().map((action) => `${action} on ${JSON.stringify(Resource)}`));
}

/** The logical id of a resource of a type, by how it begins: the path of its construct. */
const idOf = (type: string, start: string) => Object.keys(find(type)).find((id) => id.startsWith(start)) ?? 'none';

const filesBucket = idOf('AWS::S3::Bucket', 'Files');
const landingBucket = idOf('AWS::S3::Bucket', 'Interactions');
const mapsBucketId = idOf('AWS::S3::Bucket', 'Maps');
const keys = [...[...routes, ...workers].map(({ key }) => key), fallbackKey];
const interactionsTable = idOf('AWS::DynamoDB::GlobalTable', 'Interactions');

/** The functions that may do something with a resource. */
const touching = (resourceId: string) =>
  keys.filter((key) => grantsOf(key).some((grant) => grant.includes(resourceId))).sort();

test('each bucket is private, encrypted, and refuses what does not come over TLS 1.2', () => {
  expect(Object.keys(find('AWS::S3::BucketPolicy'))).toHaveLength(Object.keys(find('AWS::S3::Bucket')).length);
  template.allResourcesProperties('AWS::S3::Bucket', {
    BucketEncryption: Match.anyValue(),
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  });
  template.allResourcesProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        Match.objectLike({ Effect: 'Deny', Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } }),
      ]),
    },
  });
});

test('only the file routes that need it may touch the bucket, each in its own way', () => {
  expect(touching(filesBucket)).toEqual([
    'files/create',
    'files/delete',
    'files/describe',
    'files/head',
    'files/link',
    'files/list',
    'files/query',
    'files/read',
    'files/replace',
    'uploads/abort',
    'uploads/complete',
    'uploads/create',
    'uploads/read',
  ]);
  const actionsOn = (key: string) =>
    grantsOf(key)
      .filter((grant) => grant.startsWith('s3:'))
      .map((grant) => grant.split(' ')[0]);
  expect(actionsOn('files/list')).toEqual(['s3:ListBucket']);
  expect(actionsOn('files/read').sort()).toEqual(['s3:GetObject', 's3:ListBucket']);
  expect(actionsOn('files/query').sort()).toEqual(['s3:GetObject', 's3:ListBucket']);
  expect(actionsOn('files/link').sort()).toEqual(['s3:GetObject', 's3:ListBucket']);
  expect(actionsOn('uploads/read').sort()).toEqual([
    's3:AbortMultipartUpload',
    's3:ListBucket',
    's3:ListMultipartUploadParts',
    's3:PutObject',
  ]);
  expect(actionsOn('files/delete').sort()).toEqual(['s3:DeleteObject', 's3:GetObject', 's3:ListBucket']);
  expect(actionsOn('files/create').sort()).toEqual(['s3:GetObject', 's3:ListBucket', 's3:PutObject']);
});

test('no statement of ours names all resources or all actions, save that X-Ray knows no resources', () => {
  const all = keys.flatMap(grantsOf).filter((grant) => !/^xray:Put/.test(grant));
  expect(all.filter((grant) => grant.endsWith('on "*"') || grant.startsWith('*') || grant.includes(':* '))).toEqual([]);
});

/** The routes that may do something to the table of one of our constructs. */
const routesThatMay = (actions: RegExp, construct: string) =>
  routes
    .filter(({ key }) => grantsOf(key).some((grant) => actions.test(grant) && grant.includes(`"${construct}Table`)))
    .map(({ key }) => key)
    .sort();

test('only signing in and out writes accounts', () => {
  expect(routesThatMay(/dynamodb:(Put|Update)Item/, 'Accounts')).toEqual([
    'auth/login',
    'auth/logout',
    'auth/reset',
    'auth/token',
  ]);
});

test('reports of late files are added by one route and listed, through the indexes alone, by another', () => {
  expect(routesThatMay(/./, 'SlaErrors')).toEqual(['sla-errors/list', 'sla-errors/report']);
  expect(grantsOf('sla-errors/report').filter((grant) => grant.includes('"SlaErrorsTable'))).toEqual([
    expect.stringMatching(/^dynamodb:PutItem on \{"Fn::GetAtt":\["SlaErrorsTable\w+","Arn"\]\}$/),
  ]);
  expect(grantsOf('sla-errors/list').filter((grant) => grant.includes('"SlaErrorsTable'))).toEqual([
    expect.stringMatching(/^dynamodb:Query on \[.*"\/index\/ByFolder".*"\/index\/ByOwner".*\]$/),
  ]);
  template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
    TableName: 'FileSlaErrors',
    KeySchema: [{ AttributeName: 'ErrorID', KeyType: 'HASH' }],
  });
});

test.each(routes.map((row) => [row.key, row] as const))(
  '%s has its method, access, function and settings',
  (key, row) => {
    const method = methodOf(row);
    const isOpen = isOpenAtGateway(row.access);
    expect(method.AuthorizationType).toBe(isOpen ? 'NONE' : 'COGNITO_USER_POOLS');
    expect(method.AuthorizationScopes).toEqual(isOpen ? undefined : ['aws.cognito.signin.user.admin']);
    expect(method.Integration.ResponseTransferMode).toBe(row.reply.kind === 'stream' ? 'STREAM' : undefined);
    expect(JSON.stringify(method.Integration.Uri)).toContain(`"Api${constructId(key)}`);
    const variables = Object.keys(functionOf(key).Environment.Variables).sort();
    expect(variables).toEqual(
      [...new Set(['ALLOWED_ORIGINS', ...needsOf(row).flatMap((need) => settingsOfNeed[need])])].sort(),
    );
  },
);

test('only imports write the interactions, and only they land files, which no function reads', () => {
  expect(touching(landingBucket)).toEqual(['imports/create']);
  expect(grantsOf('imports/create').filter((grant) => grant.startsWith('s3:'))).toEqual([
    expect.stringMatching(/^s3:PutObject /),
  ]);
  expect(touching(interactionsTable)).toEqual([
    'imports/create',
    'interactions/quality',
    'interactions/read',
    'interactions/statistics',
  ]);
  for (const key of touching(interactionsTable)) {
    const writes = grantsOf(key).filter(
      (grant) => /Write|Put|Update|Delete|Scan/.test(grant) && grant.includes('dynamodb'),
    );
    expect([key, writes.length > 0]).toEqual([key, key === 'imports/create']);
  }
});

test('only signing out and a new password may use what the pool keeps for its administrators', () => {
  const users = routes.filter(({ key }) => grantsOf(key).some((grant) => grant.startsWith('cognito-idp:')));
  expect(users.map(({ key }) => key).sort()).toEqual(['auth/logout', 'auth/reset']);
});

test('every path, known or not, has the fallback behind its other methods', () => {
  const paths = methods.filter(({ HttpMethod }) => HttpMethod === 'ANY').map(({ ResourceId }) => pathOf(ResourceId));
  expect(paths.sort()).toEqual(
    [...new Set(routes.map(({ path }) => versionPath + path)), `${versionPath}/{proxy+}`].sort(),
  );
});

test('each function has a role and a log group of its own, kept for a month', () => {
  const functions = Object.values(find('AWS::Lambda::Function')).filter(({ Properties }) =>
    Properties.Description.startsWith('Datadock '),
  );
  expect(functions).toHaveLength(keys.length);
  expect(new Set(functions.map(({ Properties }) => JSON.stringify(Properties.Role))).size).toBe(functions.length);
  expect(new Set(functions.map(({ Properties }) => JSON.stringify(Properties.LoggingConfig.LogGroup))).size).toBe(
    functions.length,
  );
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
});

test('users sign up with an email, which no spelling makes twice, and a password of 12 or more characters of any kind', () => {
  template.hasResourceProperties('AWS::Cognito::UserPool', {
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    AutoVerifiedAttributes: ['email'],
    Policies: {
      PasswordPolicy: {
        MinimumLength: 12,
        RequireLowercase: false,
        RequireUppercase: false,
        RequireNumbers: false,
        RequireSymbols: false,
      },
    },
  });
  template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
    GenerateSecret: false,
    PreventUserExistenceErrors: 'ENABLED',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
});

test("API Gateway's own refusals are problem documents with the status that they are sent with", () => {
  const responses = Object.values(find('AWS::ApiGateway::GatewayResponse')).map(({ Properties }) => Properties);
  for (const response of responses) {
    const problem = JSON.parse(response.ResponseTemplates['application/json']);
    expect(String(problem.status)).toBe(response.StatusCode);
    expect(response.ResponseParameters).toMatchObject({
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.X-Request-Id': 'context.requestId',
      'gatewayresponse.header.Access-Control-Allow-Origin': "'https://app.example.com'",
    });
  }
  expect(responses.map((response) => `${response.ResponseType} ${response.StatusCode}`)).toEqual(
    expect.arrayContaining([
      'UNAUTHORIZED 401',
      'EXPIRED_TOKEN 401',
      'MISSING_AUTHENTICATION_TOKEN 404',
      'REQUEST_TOO_LARGE 413',
      'THROTTLED 429',
      'DEFAULT_4XX 400',
      'DEFAULT_5XX 500',
    ]),
  );
});

test('whoever asks too much is told so by API Gateway, and when to come again', () => {
  const responses = Object.values(find('AWS::ApiGateway::GatewayResponse')).map(({ Properties }) => Properties);
  const throttled = responses.find(({ ResponseType }) => ResponseType === 'THROTTLED');
  expect(JSON.parse(throttled.ResponseTemplates['application/json'])).toMatchObject({
    type: '/api/v1/docs#errors-TooManyRequests',
    status: 429,
    code: 'TooManyRequests',
  });
  expect(throttled.ResponseParameters['gatewayresponse.header.Retry-After']).toBe("'1'");
});

test('the API is regional, throttled, takes bodies byte for byte, and its stage is api', () => {
  template.hasResourceProperties('AWS::ApiGateway::RestApi', {
    BinaryMediaTypes: ['*/*'],
    EndpointConfiguration: { Types: ['REGIONAL'] },
  });
  template.hasResourceProperties('AWS::ApiGateway::Stage', {
    StageName: 'api',
    MethodSettings: [Match.objectLike({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 })],
  });
});

test('what holds data outlives the stack', () => {
  for (const type of ['AWS::S3::Bucket', 'AWS::DynamoDB::GlobalTable']) {
    // A first deployment that fails leaves nothing behind, or the fixed name of FileSlaErrors would be taken at the next.
    template.allResources(type, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  }
  template.allResources('AWS::Cognito::UserPool', { DeletionPolicy: 'Retain' });
  template.allResourcesProperties('AWS::Cognito::UserPool', { DeletionProtection: 'ACTIVE' });
});

test('what was deleted or replaced can be brought back: tables for 35 days, objects for 30', () => {
  template.allResourcesProperties('AWS::DynamoDB::GlobalTable', {
    Replicas: [Match.objectLike({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })],
  });
  template.allResourcesProperties('AWS::S3::Bucket', {
    VersioningConfiguration: { Status: 'Enabled' },
    LifecycleConfiguration: {
      Rules: Match.arrayWith([
        {
          Status: 'Enabled',
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          ExpiredObjectDeleteMarker: true,
        },
      ]),
    },
  });
  // A function that is taken over can delete what is current, and never what it was before.
  expect(
    keys.flatMap(grantsOf).filter((grant) => /DeleteObjectVersion|PutLifecycle|PutBucketVersioning/.test(grant)),
  ).toEqual([]);
});

test('the outputs say where everything is', () => {
  expect(Object.keys(template.findOutputs('*')).sort()).toEqual(
    expect.arrayContaining([
      'AccountsTable',
      'ApiUrl',
      'EventsBucket',
      'FilesBucket',
      'GraphqlUrl',
      'IdentityPoolId',
      'InteractionsTable',
      'LandingBucket',
      'MapsBucket',
      'MapsQueueUrl',
      'MapsTable',
      'SlaErrorsTable',
      'UserPoolClientId',
      'UserPoolId',
      'UsersTable',
    ]),
  );
});

describe('the queue of maps', () => {
  const queueId = idOf('AWS::SQS::Queue', 'MapsQueue');
  const deadLettersId = idOf('AWS::SQS::Queue', 'MapsDeadLetters');
  const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

  test('is encrypted, takes no plain HTTP, and gives a message up after five receives', () => {
    template.resourceCountIs('AWS::SQS::Queue', 2);
    template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true, VisibilityTimeout: 120 });
    template.hasResourceProperties('AWS::SQS::Queue', {
      RedrivePolicy: { deadLetterTargetArn: arnOf(deadLettersId), maxReceiveCount: 5 },
    });
    template.resourceCountIs('AWS::SQS::QueuePolicy', 2);
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  test('is sent to by S3 alone, for the bucket of maps of this account', () => {
    const allowed = Object.values(find('AWS::SQS::QueuePolicy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toEqual([
      {
        Action: 'sqs:SendMessage',
        Condition: {
          ArnEquals: { 'aws:SourceArn': arnOf(mapsBucketId) },
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        },
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Resource: arnOf(queueId),
      },
    ]);
    template.hasResourceProperties('Custom::S3BucketNotifications', {
      BucketName: { Ref: mapsBucketId },
      NotificationConfiguration: {
        QueueConfigurations: [{ Events: ['s3:ObjectCreated:*'], QueueArn: arnOf(queueId) }],
      },
    });
  });

  const sourcesOf = (each: typeof template) =>
    Object.values(each.findResources('AWS::Lambda::EventSourceMapping')).map(({ Properties }) => Properties);

  test('is read by the processor, its dead letters by another function, each message failing by itself', () => {
    expect(sourcesOf(template)).toEqual([
      expect.objectContaining({ EventSourceArn: arnOf(queueId), FunctionResponseTypes: ['ReportBatchItemFailures'] }),
      expect.objectContaining({
        EventSourceArn: arnOf(deadLettersId),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      }),
    ]);
    for (const { key } of workers) {
      // A sixth of the visibility time-out.
      expect(functionOf(key).Timeout).toBe(20);
    }
  });

  test('is left to others by mapWorker=off, its dead letters are not', () => {
    const off = synthesise({ mapWorker: 'off' }).template;
    expect(sourcesOf(off)).toEqual([expect.objectContaining({ EventSourceArn: arnOf(deadLettersId) })]);
  });
});

test('of the bucket of maps only giving up deletes, and only an upload writes', () => {
  const may = (action: string) =>
    keys
      .filter((key) => grantsOf(key).some((grant) => grant.startsWith(action) && grant.includes(mapsBucketId)))
      .sort();
  expect(may('s3:DeleteObject')).toEqual(['workers/give-up-maps']);
  expect(may('s3:PutObject')).toEqual(['maps/create']);
  expect(may('s3:GetObject')).toEqual([
    'maps/create',
    'maps/link',
    'maps/read',
    'workers/give-up-maps',
    'workers/process-maps',
  ]);
});
