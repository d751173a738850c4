import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { functionMegabytes } from '../src/config';
import { acknowledge } from './acknowledge';

interface ApiFunctionProps {
  /** The door: `lambdas/<key>.ts`. */
  readonly key: string;
  /** Where `bundleFunctions` has put the bundles. */
  readonly bundles: string;
  /** @default 29 seconds, API Gateway's limit for an answer that is not streamed */
  readonly timeout?: Duration;
  readonly environment: Record<string, string>;
}

/** A function of its own role, which may do nothing yet but write to its own log group. */
export function apiFunction(
  scope: Construct,
  { key, bundles, timeout, environment }: ApiFunctionProps,
): LambdaFunction {
  const id = constructId(key);
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  logGroup.grantWrite(role);
  acknowledge(role, 'IAM5[Resource::*]', 'X-Ray takes segments of a trace; its actions know no resource.');
  return new LambdaFunction(scope, id, {
    description: `Datadock ${key}`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(join(bundles, key)),
    memorySize: functionMegabytes,
    timeout: timeout ?? Duration.seconds(29),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    environment,
  });
}

/** `files/query` is FilesQuery. */
export const constructId = (key: string): string =>
  key.replaceAll(/(^|[/-])(\w)/g, (_, _separator, letter: string) => letter.toUpperCase());
