import { Stack } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import {
  answersCut,
  bucketSize,
  deadLetters,
  graphql,
  ofFunctions,
  period,
  signIns,
  slowestFunctions,
} from './metrics';
import type { Watched } from './watched';

/** One dashboard, named after the stack: a row each for requests, functions, tables, buckets and users, maps. */
export function addDashboard(scope: Construct, props: Watched, throttledRequests: Metric): void {
  const dashboard = new Dashboard(scope, 'Dashboard', { dashboardName: Stack.of(scope).stackName });
  for (const row of rows(scope, props, throttledRequests)) dashboard.addWidgets(...row);
}

function rows(
  scope: Construct,
  { restApi, resources, eventStats, workers }: Watched,
  throttledRequests: Metric,
): readonly GraphWidget[][] {
  const { accounts, files, identity, interactions, maps, slaErrors } = resources;
  const tables = { accounts, interactions, maps, slaErrors, users: { table: eventStats.users } };
  const buckets = [files.bucket, maps.bucket, interactions.landing, eventStats.bucket];
  const sum = { period, statistic: Stats.SUM };
  return [
    [
      graph(
        'Requests',
        restApi.metricCount(sum),
        restApi.metricClientError(sum),
        restApi.metricServerError(sum),
        throttledRequests,
      ),
      graph(
        'Latency, ms',
        restApi.metricLatency({ period, statistic: Stats.p(50), label: 'p50' }),
        restApi.metricLatency({ period, statistic: Stats.p(99), label: 'p99' }),
      ),
      graph('Answers cut after their start', answersCut),
    ],
    [
      graph('Functions', ...['Invocations', 'Errors', 'Throttles'].map((metric) => ofFunctions(scope, metric))),
      graph('Instances at once', ofFunctions(scope, 'ConcurrentExecutions', Stats.MAXIMUM)),
      graph('Slowest functions, p99, ms', slowestFunctions(scope)),
    ],
    [
      graph(
        'Tables, read units',
        ...ofEach(tables, (table, label) => table.metricConsumedReadCapacityUnits({ ...sum, label })),
      ),
      graph(
        'Tables, write units',
        ...ofEach(tables, (table, label) => table.metricConsumedWriteCapacityUnits({ ...sum, label })),
      ),
      graph(
        'Tables, throttled',
        ...ofEach(tables, (table, label) => table.metric('WriteThrottleEvents', { ...sum, label: `${label}, writes` })),
        ...ofEach(tables, (table, label) => table.metric('ReadThrottleEvents', { ...sum, label: `${label}, reads` })),
      ),
    ],
    [
      graph('Buckets, bytes', ...buckets.map(bucketSize)),
      graph(
        'Users',
        ...['SignInSuccesses', 'TokenRefreshSuccesses', 'SignUpSuccesses', 'SignInThrottles'].map((metric) =>
          signIns(identity, metric),
        ),
      ),
      graph(
        'The API of users',
        graphql(eventStats.api, 'Latency', Stats.SAMPLE_COUNT).with({ label: 'requests' }),
        graphql(eventStats.api, '4XXError'),
        graphql(eventStats.api, '5XXError'),
      ),
    ],
    [
      graph(
        'Maps waiting, being processed, given up',
        maps.queue.metricApproximateNumberOfMessagesVisible({ period, label: 'waiting' }),
        maps.queue.metricApproximateNumberOfMessagesNotVisible({ period, label: 'being processed' }),
        deadLetters(maps),
      ),
      graph('The oldest map waits, s', maps.queue.metricApproximateAgeOfOldestMessage({ period })),
      graph(
        'Workers',
        ...Object.entries(workers).flatMap(([key, worker]) => [
          worker.metricInvocations({ ...sum, label: key }),
          worker.metricErrors({ ...sum, label: `${key}, errors` }),
        ]),
      ),
    ],
  ];
}

const graph = (title: string, ...left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 8 });

type Tables = Readonly<Record<string, { readonly table: TableV2 }>>;

const ofEach = (tables: Tables, metricOf: (table: TableV2, name: string) => Metric): Metric[] =>
  Object.entries(tables).map(([name, { table }]) => metricOf(table, name));
