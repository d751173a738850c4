import { Duration, Stack } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Bucket,
  BucketNotificationDestinationType,
  EventType,
  type IBucketNotificationDestination,
} from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { limits, mapsByHome } from '../src/config';
import { acknowledge } from './acknowledge';
import { userBucket } from './files';
import { keptTable } from './kept-table';

interface MapsProps {
  /** The web pages that may follow links, or `*`. */
  readonly allowedOrigins: readonly string[];
}

/** Maps: their bucket, which tells the queue of each new file, the queue with its dead letters, and the table of their states. */
export class Maps extends Construct {
  readonly bucket: Bucket;
  readonly table: TableV2;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { allowedOrigins }: MapsProps) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      ...keptTable,
      partitionKey: { name: 'id', type: AttributeType.STRING },
      globalSecondaryIndexes: [
        {
          indexName: mapsByHome,
          partitionKey: { name: 'home', type: AttributeType.STRING },
          sortKey: { name: 'uploaded_at', type: AttributeType.STRING },
        },
      ],
    });
    this.bucket = userBucket(this, allowedOrigins);

    const common: QueueProps = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(limits.mapVisibilitySeconds),
      retentionPeriod: Duration.days(14),
    };
    this.deadLetters = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: limits.mapReceives },
    });
    this.bucket.addEventNotification(EventType.OBJECT_CREATED, toQueue(this.queue));
    this.acknowledgeNotificationsHandler();
  }

  /** CDK's own function, which sets the bucket's notifications when the stack is deployed; it serves all buckets of a stack. */
  private acknowledgeNotificationsHandler(): void {
    const handler = Stack.of(this).node.findChild('BucketNotificationsHandler050a0587b7544547bf325f094a3db834');
    acknowledge(
      handler,
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
      "CDK's own function, run by CloudFormation while it deploys, writes its log with AWS's documented policy.",
    );
  }
}

/** As CDK's own destination, save that S3 may only send, and only for this bucket of this account. */
const toQueue = (queue: Queue): IBucketNotificationDestination => ({
  bind(_scope, bucket) {
    const { statementAdded, policyDependable } = queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': bucket.bucketRef.bucketArn },
          StringEquals: { 'aws:SourceAccount': Stack.of(queue).account },
        },
      }),
    );
    if (!statementAdded || !policyDependable) throw new Error('the queue takes no policy');
    return { arn: queue.queueArn, type: BucketNotificationDestinationType.QUEUE, dependencies: [policyDependable] };
  },
});
