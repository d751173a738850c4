import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  AuthorizationType,
  CognitoUserPoolsAuthorizer,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  type Method,
  MethodLoggingLevel,
  type MethodOptions,
  ResponseTransferMode,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { isOpenAtGateway, needsOf, type Route } from '../src/api/route';
import { fallbackKey, routes } from '../src/api/routes';
import { limits, stageName, versionPath } from '../src/config';
import { acknowledge } from './acknowledge';
import { apiFunction } from './functions';
import { addGatewayResponses } from './gateway-responses';
import { grantNeeds, type Resources } from './needs';

interface ApiProps {
  readonly resources: Resources;
  readonly bundles: string;
  /** The web pages that may call the API, or `*`. */
  readonly allowedOrigins: readonly string[];
}

/**
 * The REST API: a method and a function for each row of the route table.
 * Left out on purpose: a WAF and a VPC. The one costs more than the rest at small scale, the other serves nothing here.
 */
export class Api extends Construct {
  /** The base of every path, with stage and version. */
  readonly url: string;
  readonly restApi: RestApi;
  readonly accessLog: LogGroup;
  private readonly protectedMethod: MethodOptions;

  constructor(scope: Construct, id: string, { resources, bundles, allowedOrigins }: ApiProps) {
    super(scope, id);
    const environment = { ALLOWED_ORIGINS: allowedOrigins.join(',') };

    this.accessLog = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.restApi = new RestApi(this, 'Rest', {
      restApiName: 'datadock',
      // An edge-optimised endpoint would cut streams that are idle for 30 seconds.
      endpointConfiguration: { types: [EndpointType.REGIONAL] },
      // Bodies reach the functions byte for byte; the door decodes them.
      binaryMediaTypes: ['*/*'],
      // The account's own setting: without it API Gateway writes no log.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName,
        throttlingRateLimit: limits.requestsPerSecond,
        throttlingBurstLimit: limits.requestBurst,
        tracingEnabled: true,
        accessLogDestination: new LogGroupLogDestination(this.accessLog),
        accessLogFormat,
        // What a request or an answer holds is never logged.
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
      },
    });
    acknowledge(
      this.restApi,
      'APIG2',
      'The doors check path, query and body, and answer with a pointer to each fault.',
    );
    acknowledge(
      this.restApi.deploymentStage,
      'APIG3',
      'A WAF costs more than the rest at small scale; the stage limits the rate, Cognito the tries of a password.',
    );
    acknowledge(
      this.restApi,
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      "API Gateway's documented role for writing logs; it serves all APIs of the account.",
    );
    this.protectedMethod = {
      authorizer: new CognitoUserPoolsAuthorizer(this, 'Authorizer', {
        cognitoUserPools: [resources.identity.pool],
      }),
      authorizationType: AuthorizationType.COGNITO,
      // Only an access token carries this scope: with it, an ID token is refused.
      authorizationScopes: ['aws.cognito.signin.user.admin'],
    };
    addGatewayResponses(this, this.restApi, allowedOrigins.length === 1 ? allowedOrigins[0] : undefined);

    for (const row of routes) {
      const isStream = row.reply.kind === 'stream';
      const fn = apiFunction(this, {
        key: row.key,
        bundles,
        environment,
        ...(isStream ? { timeout: streamTimeout } : {}),
      });
      grantNeeds(fn, needsOf(row), resources);
      this.addRoute(row, fn);
    }
    this.addFallback(apiFunction(this, { key: fallbackKey, bundles, environment }));

    this.url = this.restApi.urlForPath(versionPath);
  }

  private addRoute({ path, method, access, reply }: Route, fn: LambdaFunction): void {
    const integration = new LambdaIntegration(fn, {
      allowTestInvoke: false,
      ...(reply.kind === 'stream' ? { responseTransferMode: ResponseTransferMode.STREAM, timeout: streamTimeout } : {}),
    });
    const added = this.restApi.root
      .resourceForPath(versionPath + path)
      .addMethod(method, integration, isOpenAtGateway(access) ? {} : this.protectedMethod);
    if (access === 'open') {
      acknowledgeOpen(
        added,
        `${method} ${path} is for those who have no token: it signs in, or tells nothing of anyone.`,
      );
    }
    if (access === 'guest') {
      acknowledgeOpen(added, `${method} ${path} serves guests too; its function verifies every token that is sent.`);
    }
  }

  /** Answers preflight requests, wrong methods and unknown paths below the version. */
  private addFallback(fn: LambdaFunction): void {
    const integration = new LambdaIntegration(fn, { scopePermissionToMethod: false });
    for (const path of new Set(routes.map((row) => row.path))) {
      this.addFallbackAt(versionPath + path, integration);
    }
    this.addFallbackAt(`${versionPath}/{proxy+}`, integration);
  }

  private addFallbackAt(path: string, integration: LambdaIntegration): void {
    const added = this.restApi.root.resourceForPath(path).addMethod('ANY', integration);
    acknowledgeOpen(added, 'Browsers send preflight requests without a token; any other is answered 404 or 405.');
  }
}

function acknowledgeOpen(method: Method, reason: string): void {
  for (const finding of ['APIG4', 'COG4']) acknowledge(method, finding, reason);
}

/** No address, token, user or path: a path holds ids, which are names of files. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    request_id: AccessLogField.contextRequestId(),
    time: AccessLogField.contextRequestTimeEpoch(),
    method: AccessLogField.contextHttpMethod(),
    route: AccessLogField.contextResourcePath(),
    status: AccessLogField.contextStatus(),
    bytes: AccessLogField.contextResponseLength(),
    latency_ms: AccessLogField.contextResponseLatency(),
    integration_latency_ms: AccessLogField.contextIntegrationLatency(),
    refusal: AccessLogField.contextErrorResponseType(),
  }),
);

/** Long enough to stream the most that an answer may carry over a slow line. */
const streamTimeout = Duration.minutes(5);
