import { Duration } from 'aws-cdk-lib';
import {
  AuthorizationType,
  CognitoUserPoolsAuthorizer,
  EndpointType,
  LambdaIntegration,
  type MethodOptions,
  ResponseTransferMode,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { needsOf, type Route } from '../src/api/route';
import { fallbackKey, routes } from '../src/api/routes';
import { stageName, versionPath } from '../src/config';
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
  private readonly restApi: RestApi;
  private readonly protectedMethod: MethodOptions;

  constructor(scope: Construct, id: string, { resources, bundles, allowedOrigins }: ApiProps) {
    super(scope, id);
    const environment = { ALLOWED_ORIGINS: allowedOrigins.join(',') };

    this.restApi = new RestApi(this, 'Rest', {
      restApiName: 'datadock',
      // An edge-optimised endpoint would cut streams that are idle for 30 seconds.
      endpointConfiguration: { types: [EndpointType.REGIONAL] },
      // Bodies reach the functions byte for byte; the door decodes them.
      binaryMediaTypes: ['*/*'],
      deployOptions: { stageName, throttlingRateLimit: 50, throttlingBurstLimit: 100 },
    });
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
    this.restApi.root
      .resourceForPath(versionPath + path)
      .addMethod(method, integration, access === 'open' ? {} : this.protectedMethod);
  }

  /** Answers preflight requests, wrong methods and unknown paths below the version. */
  private addFallback(fn: LambdaFunction): void {
    const integration = new LambdaIntegration(fn, { scopePermissionToMethod: false });
    for (const path of new Set(routes.map((row) => row.path))) {
      this.restApi.root.resourceForPath(versionPath + path).addMethod('ANY', integration);
    }
    this.restApi.root.resourceForPath(`${versionPath}/{proxy+}`).addMethod('ANY', integration);
  }
}

/** Long enough to stream the most that an answer may carry over a slow line. */
const streamTimeout = Duration.minutes(5);
