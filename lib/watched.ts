import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { EventStats } from './event-stats';
import type { Resources } from './needs';

/** What alarms and the dashboard look at. */
export interface Watched {
  readonly restApi: RestApi;
  readonly resources: Resources;
  readonly eventStats: EventStats;
  /** By their keys. */
  readonly workers: Readonly<Record<string, LambdaFunction>>;
}
