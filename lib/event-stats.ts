import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnDataSource, CfnGraphQLApi, CfnGraphQLSchema, CfnResolver } from 'aws-cdk-lib/aws-appsync';
import { CfnIdentityPool, CfnIdentityPoolRoleAttachment } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { FederatedPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import type { Identity } from './identity';
import { keptTable } from './kept-table';
import { privateBucket } from './private-bucket';

interface EventStatsProps {
  readonly identity: Identity;
}

/** What `datadock stats` works with: the bucket of events, the way to it for users, and the API that tells who users are. */
export class EventStats extends Construct {
  readonly bucket: Bucket;
  readonly identityPool: CfnIdentityPool;
  readonly users: TableV2;
  readonly api: CfnGraphQLApi;

  constructor(scope: Construct, id: string, { identity }: EventStatsProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', privateBucket);
    acknowledge(
      this.bucket,
      'S1',
      'Users read it with credentials of their own identity, which CloudTrail can record.',
    );
    this.identityPool = this.addIdentityPool(identity);

    this.users = new TableV2(this, 'Users', {
      ...keptTable,
      partitionKey: { name: 'id', type: AttributeType.STRING },
    });
    this.api = this.addApi(identity);
  }

  /** Whoever signed in to our user pool, through our client, gets credentials of a role that may read the bucket. */
  private addIdentityPool({ pool, client }: Identity): CfnIdentityPool {
    const identityPool = new CfnIdentityPool(this, 'IdentityPool', {
      allowUnauthenticatedIdentities: false,
      cognitoIdentityProviders: [
        {
          clientId: client.userPoolClientId,
          providerName: pool.userPoolProviderName,
          // Refuses who was signed out or deactivated since the token was issued.
          serverSideTokenCheck: true,
        },
      ],
    });
    const reader = new Role(this, 'Reader', {
      description: 'Reads the events, for users who signed in',
      assumedBy: new FederatedPrincipal(
        'cognito-identity.amazonaws.com',
        {
          StringEquals: { 'cognito-identity.amazonaws.com:aud': identityPool.ref },
          'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
        },
        'sts:AssumeRoleWithWebIdentity',
      ),
    });
    // Who may read objects may list the bucket, or S3 answers 403 for what is missing.
    reader.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }));
    reader.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.bucket.arnForObjects('*')] }));
    const bucketId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    acknowledge(
      reader,
      `IAM5[Resource::<${bucketId}.Arn>/*]`,
      'The events are for everyone who may sign in; which days there will be is not known, and nothing else is kept there.',
    );
    new CfnIdentityPoolRoleAttachment(this, 'Roles', {
      identityPoolId: identityPool.ref,
      roles: { authenticated: reader.roleArn },
    });
    return identityPool;
  }

  /** Written as CloudFormation has it: CDK's own construct adds a function to keep its log, and rights beyond reading. */
  private addApi({ pool, client }: Identity): CfnGraphQLApi {
    const logRole = new Role(this, 'LogRole', { assumedBy: appsync });
    const api = new CfnGraphQLApi(this, 'Api', {
      name: 'datadock-users',
      authenticationType: 'AMAZON_COGNITO_USER_POOLS',
      userPoolConfig: {
        userPoolId: pool.userPoolId,
        awsRegion: Stack.of(this).region,
        appIdClientRegex: client.userPoolClientId,
        defaultAction: 'ALLOW',
      },
      // Errors only, and never what was asked for or answered: that is personal data.
      logConfig: { cloudWatchLogsRoleArn: logRole.roleArn, fieldLogLevel: 'ERROR', excludeVerboseContent: true },
      xrayEnabled: true,
    });
    acknowledge(
      api,
      'ASC3',
      'Errors are logged and requests traced; the verbose content that the rule asks for is who was asked about.',
    );
    const log = new LogGroup(this, 'ApiLog', {
      // AppSync writes to a group of this name and no other.
      logGroupName: `/aws/appsync/apis/${api.attrApiId}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    log.grantWrite(logRole);

    const schema = new CfnGraphQLSchema(this, 'Schema', {
      apiId: api.attrApiId,
      definition: graphqlFile('technical_test_schema.graphql'),
    });
    const userReader = new Role(this, 'UserReader', { assumedBy: appsync });
    userReader.addToPolicy(new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [this.users.tableArn] }));
    const source = new CfnDataSource(this, 'UsersSource', {
      apiId: api.attrApiId,
      name: 'Users',
      type: 'AMAZON_DYNAMODB',
      serviceRoleArn: userReader.roleArn,
      dynamoDbConfig: { tableName: this.users.tableName, awsRegion: Stack.of(this).region },
    });
    const resolver = new CfnResolver(this, 'FetchUser', {
      apiId: api.attrApiId,
      typeName: 'Query',
      fieldName: 'fetchUser',
      dataSourceName: source.attrName,
      runtime: { name: 'APPSYNC_JS', runtimeVersion: '1.0.0' },
      code: graphqlFile('fetch-user.js'),
    });
    resolver.addResourceDependency(schema);
    return api;
  }
}

const appsync = new ServicePrincipal('appsync.amazonaws.com');

const graphqlFile = (name: string): string => readFileSync(join(__dirname, '..', 'lambdas', 'graphql', name), 'utf8');
