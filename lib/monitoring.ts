import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  type Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Accounts } from './accounts';
import type { Files } from './files';
import type { Maps } from './maps';

interface MonitoringProps {
  readonly restApi: RestApi;
  readonly accessLog: LogGroup;
  readonly accounts: Accounts;
  readonly files: Files;
  readonly maps: Maps;
  /** @default nobody: alarms are seen in the console */
  readonly alarmEmail?: string;
}

const period = Duration.minutes(5);

/** Whether all is well: alarms for what needs a person, and one dashboard. docs/operations.md says what to do. */
export class Monitoring extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { restApi, accessLog, accounts, files, maps, alarmEmail }: MonitoringProps,
  ) {
    super(scope, id);

    const requests = restApi.metricCount({ period, statistic: Stats.SUM });
    const clientErrors = restApi.metricClientError({ period, statistic: Stats.SUM });
    const serverErrors = restApi.metricServerError({ period, statistic: Stats.SUM });
    const throttled = this.throttledRequests(accessLog);

    const alarms = [
      serverErrors.createAlarm(this, 'ServerErrors', {
        alarmDescription: 'Five requests or more failed on our side within five minutes.',
        threshold: 5,
        ...fromThreshold,
      }),
      throttled.createAlarm(this, 'Throttles', {
        alarmDescription: 'API Gateway turned requests away: the rate of the stage is reached.',
        threshold: 1,
        ...fromThreshold,
      }),
      deadLetters(maps).createAlarm(this, 'DeadLetters', {
        alarmDescription: 'The processing of a map was given up: its message is, or was, a dead letter.',
        threshold: 1,
        ...fromThreshold,
      }),
    ];
    if (alarmEmail !== undefined) this.tell(alarmEmail, alarms);

    const { stackName } = Stack.of(this);
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: stackName });
    dashboard.addWidgets(
      graph('Requests', requests, clientErrors, serverErrors, throttled),
      graph(
        'Latency, ms',
        restApi.metricLatency({ period, statistic: Stats.p(50), label: 'p50' }),
        restApi.metricLatency({ period, statistic: Stats.p(99), label: 'p99' }),
      ),
    );
    dashboard.addWidgets(
      graph('Functions', ...['Invocations', 'Errors', 'Throttles'].map((metric) => ofFunctions(stackName, metric))),
      graph('Answers cut after their start', answersCut),
    );
    dashboard.addWidgets(
      graph(
        'Accounts table',
        accounts.table.metricConsumedReadCapacityUnits({ period }),
        accounts.table.metricConsumedWriteCapacityUnits({ period }),
      ),
      graph('Files, bytes', bucketSize(files)),
    );
    dashboard.addWidgets(
      graph(
        'Maps waiting, given up',
        maps.queue.metricApproximateNumberOfMessagesVisible({ period }),
        maps.deadLetters.metricNumberOfMessagesReceived({ period }),
      ),
      graph('The oldest map waits, s', maps.queue.metricApproximateAgeOfOldestMessage({ period })),
    );
  }

  /** The metric 4XXError has every refusal in it; only the access log tells which were the gateway's own. */
  private throttledRequests(accessLog: LogGroup): Metric {
    return new MetricFilter(this, 'ThrottledRequests', {
      logGroup: accessLog,
      // Of this stack alone: another in the same account has alarms of its own.
      metricNamespace: Stack.of(this).stackName,
      metricName: 'ThrottledRequests',
      filterPattern: FilterPattern.stringValue('$.refusal', '=', 'THROTTLED'),
    }).metric({ period, statistic: Stats.SUM });
  }

  private tell(email: string, alarms: readonly Alarm[]): void {
    const topic = new Topic(this, 'Alarms', { displayName: 'Datadock alarms', enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    topic.applyRemovalPolicy(RemovalPolicy.DESTROY);
    for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(topic));
  }
}

const fromThreshold = {
  evaluationPeriods: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  // No requests, no trouble.
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

const graph = (title: string, ...left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 8 });

/** Of all functions together: a search finds them by the stack's name in theirs, so that a new route needs no new widget. */
const ofFunctions = (stackName: string, metric: string): MathExpression =>
  new MathExpression({
    label: metric,
    expression: `SUM(SEARCH('{AWS/Lambda,FunctionName} MetricName="${metric}" FunctionName=${stackName}', 'Sum'))`,
    period,
  });

const answersCut = new Metric({
  namespace: 'Datadock',
  metricName: 'AnswerCut',
  dimensionsMap: { service: 'datadock' },
  statistic: Stats.SUM,
  period,
});

/** Those that wait, and those that were taken by their consumer before CloudWatch saw them wait. */
const deadLetters = ({ deadLetters: queue }: Maps): MathExpression =>
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

/** S3 tells it once a day. */
const bucketSize = ({ bucket }: Files): Metric =>
  new Metric({
    namespace: 'AWS/S3',
    metricName: 'BucketSizeBytes',
    dimensionsMap: { BucketName: bucket.bucketName, StorageType: 'StandardStorage' },
    statistic: Stats.AVERAGE,
    period: Duration.days(1),
  });
