import { createResolver, type Template } from '../../../local/template/intrinsics';
import {
  notificationHandlers,
  readEventSources,
  readNotifications,
  readQueues,
} from '../../../local/template/messaging';

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

function read(more: Template['Resources'] = {}) {
  const template: Template = {
    Resources: {
      Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead', Tags: [] } },
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          VisibilityTimeout: 120,
          SqsManagedSseEnabled: true,
          RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 5 },
        },
      },
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'maps' } },
      Tell: {
        Type: 'Custom::S3BucketNotifications',
        Properties: {
          ServiceToken: arnOf('HandlerOfCdk'),
          BucketName: { Ref: 'Bucket' },
          NotificationConfiguration: {
            QueueConfigurations: [{ Events: ['s3:ObjectCreated:*'], QueueArn: arnOf('Queue') }],
          },
        },
      },
      HandlerOfCdk: { Type: 'AWS::Lambda::Function', Properties: {} },
      Processor: { Type: 'AWS::Lambda::Function', Properties: {} },
      Source: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          BatchSize: 5,
          EventSourceArn: arnOf('Queue'),
          FunctionName: { Ref: 'Processor' },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
      ...more,
    },
  };
  const resolve = createResolver('Stack', template);
  return {
    queues: () => readQueues(template, resolve),
    sources: () => readEventSources(template, resolve),
    notifications: () => readNotifications(template, resolve),
    handlers: () => notificationHandlers(template),
  };
}

test('reads queues as CreateQueue wants them', () => {
  expect(read().queues()).toEqual([
    { name: 'dead', attributes: {} },
    {
      name: 'Stack-Queue',
      attributes: {
        VisibilityTimeout: '120',
        SqsManagedSseEnabled: 'true',
        RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":5}',
      },
    },
  ]);
});

test("reads what a bucket tells from CDK's custom resource, whose function is none of ours", () => {
  const queueArn = 'arn:aws:sqs:us-east-1:000000000000:Stack-Queue';
  expect(read().notifications()).toEqual(
    new Map([['maps', { QueueConfigurations: [{ Events: ['s3:ObjectCreated:*'], QueueArn: queueArn }] }]]),
  );
  expect(read().handlers()).toEqual(['HandlerOfCdk']);
});

test("reads event sources, with Lambda's defaults", () => {
  const source = { queueName: 'Stack-Queue', functionName: 'Stack-Processor', batchSize: 5, reportsItemFailures: true };
  expect(read().sources()).toEqual([source]);
  const plain = { EventSourceArn: arnOf('Dead'), FunctionName: { Ref: 'Processor' } };
  expect(read({ Source: { Type: 'AWS::Lambda::EventSourceMapping', Properties: plain } }).sources()).toEqual([
    { queueName: 'dead', functionName: 'Stack-Processor', batchSize: 10, reportsItemFailures: false },
  ]);
});

test.each([
  ['an option that is not known', { FilterCriteria: {} }, 'Source has FilterCriteria'],
  ['a source that is no queue', { EventSourceArn: 'arn:aws:kinesis:us-east-1:0:stream/s' }, 'only queues are read'],
])('names an event source with %s', (_, properties, message) => {
  expect(() => read({ Source: { Type: 'AWS::Lambda::EventSourceMapping', Properties: properties } }).sources()).toThrow(
    message,
  );
});
