import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  ComparisonOperator,
  type MathExpression,
  type Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { deadLetters, functionThrottles, graphql, period, signIns } from './metrics';
import type { Watched } from './watched';

interface Watch {
  /** What docs/operations.md calls it. */
  readonly id: string;
  readonly description: string;
  readonly metric: Metric | MathExpression;
  readonly threshold: number;
  /** How many periods of five minutes in a row. @default 1 */
  readonly periods?: number;
}

/** What needs a person. What to do about each stands in docs/operations.md. */
const watches = ({ restApi, resources, eventStats }: Watched, throttledRequests: Metric): readonly Watch[] => [
  {
    id: 'ServerErrors',
    description: 'Five requests or more failed on our side within five minutes.',
    metric: restApi.metricServerError({ period, statistic: Stats.SUM }),
    threshold: 5,
  },
  {
    id: 'Throttles',
    description: 'API Gateway turned requests away: the rate of the stage is reached.',
    metric: throttledRequests,
    threshold: 1,
  },
  {
    id: 'FunctionThrottles',
    description:
      'Lambda turned calls away: the functions of the account and region run in as many instances as they may.',
    metric: functionThrottles,
    threshold: 5,
  },
  {
    id: 'SignInThrottles',
    description: 'Cognito turned sign-ins away: its quota of requests a second is reached.',
    metric: signIns(resources.identity, 'SignInThrottles'),
    threshold: 1,
  },
  {
    id: 'GraphqlErrors',
    description: 'The API of users failed five times or more within five minutes.',
    metric: graphql(eventStats.api, '5XXError'),
    threshold: 5,
  },
  {
    id: 'MapsWaiting',
    description: 'A map has been waiting for its processor for a quarter of an hour.',
    metric: resources.maps.queue.metricApproximateAgeOfOldestMessage({ period, statistic: Stats.MAXIMUM }),
    threshold: Duration.minutes(15).toSeconds(),
    periods: 2,
  },
  {
    id: 'DeadLetters',
    description: 'The processing of a map was given up: its message is, or was, a dead letter.',
    metric: deadLetters(resources.maps),
    threshold: 1,
  },
];

export const addAlarms = (scope: Construct, props: Watched, throttledRequests: Metric): readonly Alarm[] =>
  watches(props, throttledRequests).map(({ id, description, metric, threshold, periods = 1 }) =>
    metric.createAlarm(scope, id, {
      alarmDescription: description,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // No requests, no trouble.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }),
  );
