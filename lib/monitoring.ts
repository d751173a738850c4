import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type Alarm, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { addAlarms } from './alarms';
import { addDashboard } from './dashboard';
import { period } from './metrics';
import type { Watched } from './watched';

interface MonitoringProps extends Watched {
  readonly accessLog: LogGroup;
  /** @default nobody: alarms are seen in the console */
  readonly alarmEmail?: string;
}

/** Whether all is well: alarms for what needs a person, and one dashboard. docs/operations.md says what to do. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const throttledRequests = this.throttledRequests(props.accessLog);
    const alarms = addAlarms(this, props, throttledRequests);
    if (props.alarmEmail !== undefined) this.tell(props.alarmEmail, alarms);
    addDashboard(this, props, throttledRequests);
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
