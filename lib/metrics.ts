import { Duration, Stack } from 'aws-cdk-lib';
import type { CfnGraphQLApi } from 'aws-cdk-lib/aws-appsync';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Identity } from './identity';
import type { Maps } from './maps';

// The metrics that CDK has no method for. Their names are those of the services' guides to CloudWatch.

export const period = Duration.minutes(5);

/** A search finds the functions by the stack's name in theirs, so that a new route needs no new widget. */
const search = (scope: Construct, metric: string, statistic: string): string =>
  `SEARCH('{AWS/Lambda,FunctionName} MetricName="${metric}" FunctionName=${Stack.of(scope).stackName}', '${statistic}')`;

/** Of all functions of the stack together. An alarm cannot watch it: alarms take no searches. */
export const ofFunctions = (scope: Construct, metric: string, statistic = Stats.SUM): MathExpression =>
  new MathExpression({ label: metric, expression: `SUM(${search(scope, metric, statistic)})`, period });

/** The functions that were slowest. */
export const slowestFunctions = (scope: Construct): MathExpression =>
  new MathExpression({ label: '', expression: `SORT(${search(scope, 'Duration', 'p99')}, MAX, DESC, 5)`, period });

/** Of all functions of the account and region, which share one limit of instances. */
export const functionThrottles = new Metric({
  namespace: 'AWS/Lambda',
  metricName: 'Throttles',
  statistic: Stats.SUM,
  period,
});

export const answersCut = new Metric({
  namespace: 'Datadock',
  metricName: 'AnswerCut',
  dimensionsMap: { service: 'datadock' },
  statistic: Stats.SUM,
  period,
});

/** Those that wait, and those that were taken by their consumer before CloudWatch saw them wait. */
export const deadLetters = ({ deadLetters: queue }: Maps): MathExpression =>
  new MathExpression({
    label: 'Dead letters',
    // A queue that has long been idle tells nothing at all.
    expression: 'FILL(waiting, 0) + FILL(received, 0)',
    usingMetrics: {
      waiting: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }),
      received: queue.metricNumberOfMessagesReceived({ period, statistic: Stats.SUM }),
    },
    period,
  });

/** S3 tells it once a day; versions that were deleted or replaced are counted as long as they are kept. */
export const bucketSize = ({ node, bucketName }: Bucket): Metric =>
  new Metric({
    namespace: 'AWS/S3',
    metricName: 'BucketSizeBytes',
    dimensionsMap: { BucketName: bucketName, StorageType: 'StandardStorage' },
    label: node.scope?.node.id ?? '',
    statistic: Stats.AVERAGE,
    period: Duration.days(1),
  });

/** `SignInSuccesses`, `SignInThrottles` and the like, of our one client. */
export const signIns = ({ pool, client }: Identity, metricName: string): Metric =>
  new Metric({
    namespace: 'AWS/Cognito',
    metricName,
    dimensionsMap: { UserPool: pool.userPoolId, UserPoolClient: client.userPoolClientId },
    statistic: Stats.SUM,
    period,
  });

export const graphql = ({ attrApiId }: CfnGraphQLApi, metricName: string, statistic = Stats.SUM): Metric =>
  new Metric({
    namespace: 'AWS/AppSync',
    metricName,
    dimensionsMap: { GraphQLAPIId: attrApiId },
    statistic,
    period,
  });
