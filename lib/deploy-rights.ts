import { slaErrorsTableName } from '../src/config';

// What CloudFormation must be allowed so that it can make the stack, and reads back of what it has made. Source of the actions:
// the permissions that its schemas of the resource types name for creating, reading, updating and deleting, as far as they are
// for what the stack sets. Not tried: no account was at hand.

/** The names that CloudFormation gives begin with the stack's. */
const stack = 'Datadock';
export const arn = (service: string, resource: string): string => `arn:aws:${service}:REGION:ACCOUNT:${resource}`;
const role = `arn:aws:iam::ACCOUNT:role/${stack}-*`;
const bucket = `arn:aws:s3:::${stack.toLowerCase()}-*`;
const logGroups = [arn('logs', `log-group:${stack}-*`), arn('logs', 'log-group:/aws/appsync/apis/*')];
const managed = (name: string): string => `arn:aws:iam::aws:policy/service-role/${name}`;
/** Some API Gateway, Cognito and AppSync resources have ids that AWS draws: their names say nothing of the stack. */
const drawn = { gateway: 'arn:aws:apigateway:REGION::/*', pools: arn('cognito-idp', 'userpool/*') };

const of = (service: string, ...names: string[]): string[] => names.map((name) => `${service}:${name}`);
const crud = (service: string, thing: string, read = 'Get'): string[] =>
  ['Create', read, 'Update', 'Delete'].map((verb) => `${service}:${verb}${thing}`);

export interface Right {
  readonly actions: readonly string[];
  readonly on: readonly string[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

const gateway: readonly Right[] = [
  { actions: of('apigateway', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'), on: [drawn.gateway] },
];
const alarms = of('cloudwatch', 'PutMetricAlarm', 'DeleteAlarms', 'DescribeAlarms', 'ListTagsForResource');
const filters = of('logs', 'PutMetricFilter', 'DeleteMetricFilter', 'DescribeMetricFilters');

/**
 * What CloudFormation must be allowed for each type of resource in the template. A type that is not here cannot be deployed;
 * a test compares them.
 */
export const rightsOfType: Readonly<Record<string, readonly Right[]>> = {
  'AWS::ApiGateway::Account': gateway,
  'AWS::ApiGateway::Authorizer': gateway,
  'AWS::ApiGateway::Deployment': gateway,
  'AWS::ApiGateway::GatewayResponse': gateway,
  'AWS::ApiGateway::Method': gateway,
  'AWS::ApiGateway::Resource': gateway,
  'AWS::ApiGateway::RestApi': gateway,
  'AWS::ApiGateway::Stage': gateway,
  'AWS::AppSync::DataSource': [{ actions: crud('appsync', 'DataSource'), on: [arn('appsync', '*')] }],
  'AWS::AppSync::GraphQLApi': [
    {
      actions: [
        ...crud('appsync', 'GraphqlApi'),
        ...of('appsync', 'GetGraphqlApiEnvironmentVariables', 'ListTagsForResource'),
      ],
      on: [arn('appsync', '*')],
    },
  ],
  'AWS::AppSync::GraphQLSchema': [
    {
      actions: of('appsync', 'StartSchemaCreation', 'GetSchemaCreationStatus', 'GetIntrospectionSchema'),
      on: [arn('appsync', '*')],
    },
  ],
  'AWS::AppSync::Resolver': [{ actions: crud('appsync', 'Resolver'), on: [arn('appsync', '*')] }],
  'AWS::CloudWatch::Alarm': [{ actions: alarms, on: [arn('cloudwatch', `alarm:${stack}-*`)] }],
  'AWS::CloudWatch::Dashboard': [
    {
      actions: of('cloudwatch', 'PutDashboard', 'GetDashboard', 'DeleteDashboards'),
      on: [`arn:aws:cloudwatch::ACCOUNT:dashboard/${stack}`],
    },
  ],
  'AWS::Cognito::IdentityPool': [
    {
      actions: [...crud('cognito-identity', 'IdentityPool', 'Describe'), 'cognito-identity:ListTagsForResource'],
      on: ['*'],
    },
  ],
  'AWS::Cognito::IdentityPoolRoleAttachment': [
    { actions: of('cognito-identity', 'GetIdentityPoolRoles', 'SetIdentityPoolRoles'), on: ['*'] },
  ],
  'AWS::Cognito::UserPool': [
    {
      actions: [
        ...crud('cognito-idp', 'UserPool', 'Describe'),
        ...of('cognito-idp', 'GetUserPoolMfaConfig', 'SetUserPoolMfaConfig', 'ListTagsForResource'),
      ],
      on: [drawn.pools],
    },
  ],
  'AWS::Cognito::UserPoolClient': [
    {
      actions: [
        ...crud('cognito-idp', 'UserPoolClient', 'Describe'),
        ...of('cognito-idp', 'ListUserPoolClientSecrets', 'DescribeManagedLoginBrandingByClient'),
      ],
      on: [drawn.pools],
    },
  ],
  'AWS::Cognito::UserPoolGroup': [{ actions: crud('cognito-idp', 'Group'), on: [drawn.pools] }],
  'AWS::DynamoDB::GlobalTable': [
    {
      actions: of(
        'dynamodb',
        'CreateTable',
        'CreateTableReplica',
        'DeleteTable',
        'Describe*',
        'GetResourcePolicy',
        'ListTagsOfResource',
        'UpdateContinuousBackups',
        'UpdateTable',
      ),
      on: [arn('dynamodb', `table/${stack}-*`), arn('dynamodb', `table/${slaErrorsTableName}`)],
    },
    { actions: ['application-autoscaling:Describe*'], on: ['*'] },
  ],
  'AWS::IAM::Policy': [{ actions: of('iam', 'GetRolePolicy', 'PutRolePolicy', 'DeleteRolePolicy'), on: [role] }],
  'AWS::IAM::Role': [
    {
      actions: of(
        'iam',
        'CreateRole',
        'GetRole',
        'UpdateRole',
        'UpdateAssumeRolePolicy',
        'DeleteRole',
        'ListRolePolicies',
        'ListAttachedRolePolicies',
      ),
      on: [role],
    },
    {
      actions: of('iam', 'AttachRolePolicy', 'DetachRolePolicy'),
      on: [role],
      condition: {
        ArnEquals: {
          'iam:PolicyARN': [managed('AmazonAPIGatewayPushToCloudWatchLogs'), managed('AWSLambdaBasicExecutionRole')],
        },
      },
    },
    {
      actions: ['iam:PassRole'],
      on: [role],
      condition: {
        StringEquals: {
          'iam:PassedToService': ['lambda', 'apigateway', 'appsync', 'cognito-identity'].map(
            (service) => `${service}.amazonaws.com`,
          ),
        },
      },
    },
    {
      // The roles by which these services work in an account; each is made once.
      actions: ['iam:CreateServiceLinkedRole'],
      on: ['arn:aws:iam::ACCOUNT:role/aws-service-role/*'],
      condition: {
        StringEquals: {
          'iam:AWSServiceName': [
            'appsync.amazonaws.com',
            'email.cognito-idp.amazonaws.com',
            'ops.apigateway.amazonaws.com',
            'replication.dynamodb.amazonaws.com',
          ],
        },
      },
    },
  ],
  'AWS::Lambda::EventSourceMapping': [
    {
      actions: crud('lambda', 'EventSourceMapping'),
      // Its own name is drawn; the functions that it may be of are not.
      on: ['*'],
      condition: { ArnLike: { 'lambda:FunctionArn': [arn('lambda', `function:${stack}-*`)] } },
    },
    { actions: ['lambda:ListTags'], on: [arn('lambda', 'event-source-mapping:*')] },
  ],
  'AWS::Lambda::Function': [
    {
      actions: of(
        'lambda',
        'CreateFunction',
        'DeleteFunction',
        'Get*',
        'ListTags',
        'UpdateFunctionCode',
        'UpdateFunctionConfiguration',
      ),
      on: [arn('lambda', `function:${stack}-*`)],
    },
    { actions: ['s3:GetObject'], on: ['arn:aws:s3:::cdk-hnb659fds-assets-ACCOUNT-REGION/*'] },
  ],
  'AWS::Lambda::Permission': [
    {
      actions: of('lambda', 'AddPermission', 'GetPolicy', 'RemovePermission'),
      on: [arn('lambda', `function:${stack}-*`)],
    },
  ],
  'AWS::Logs::LogGroup': [
    {
      actions: of(
        'logs',
        'CreateLogGroup',
        'DeleteLogGroup',
        'PutRetentionPolicy',
        'DeleteRetentionPolicy',
        'ListTagsForResource',
        'DescribeIndexPolicies',
        'GetDataProtectionPolicy',
      ),
      on: logGroups,
    },
    { actions: of('logs', 'DescribeLogGroups', 'DescribeResourcePolicies'), on: [arn('logs', '*')] },
  ],
  'AWS::Logs::MetricFilter': [{ actions: filters, on: logGroups }],
  'AWS::S3::Bucket': [
    {
      actions: of(
        's3',
        'CreateBucket',
        'DeleteBucket',
        'Get*Configuration',
        'GetBucket*',
        'ListBucket',
        'ListTagsForResource',
        'PutBucketCORS',
        'PutBucketPublicAccessBlock',
        'PutBucketVersioning',
        'PutEncryptionConfiguration',
        'PutLifecycleConfiguration',
      ),
      on: [bucket],
    },
  ],
  'AWS::S3::BucketPolicy': [
    { actions: of('s3', 'GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'), on: [bucket] },
  ],
  'AWS::SNS::Subscription': [
    {
      actions: of('sns', 'Subscribe', 'Unsubscribe', 'GetSubscriptionAttributes', 'ListSubscriptionsByTopic'),
      on: [arn('sns', `${stack}-*`)],
    },
  ],
  'AWS::SNS::Topic': [
    {
      actions: of(
        'sns',
        'CreateTopic',
        'DeleteTopic',
        'GetDataProtectionPolicy',
        'GetTopicAttributes',
        'ListTagsForResource',
        'SetTopicAttributes',
      ),
      on: [arn('sns', `${stack}-*`)],
    },
  ],
  'AWS::SNS::TopicPolicy': [{ actions: of('sns', 'SetTopicAttributes'), on: [arn('sns', `${stack}-*`)] }],
  'AWS::SQS::Queue': [
    {
      actions: of(
        'sqs',
        'CreateQueue',
        'DeleteQueue',
        'GetQueueAttributes',
        'GetQueueUrl',
        'ListQueueTags',
        'SetQueueAttributes',
      ),
      on: [arn('sqs', `${stack}-*`)],
    },
  ],
  'AWS::SQS::QueuePolicy': [
    { actions: of('sqs', 'GetQueueAttributes', 'SetQueueAttributes'), on: [arn('sqs', `${stack}-*`)] },
  ],
  // CDK's own function sets the bucket's notifications; CloudFormation calls it.
  'Custom::S3BucketNotifications': [
    { actions: ['lambda:InvokeFunction'], on: [arn('lambda', `function:${stack}-BucketNotificationsHandler*`)] },
  ],
};
