import { all, type Resolve, type Template } from './intrinsics';

/** CreateQueue's input, which has the template's property names. */
export interface QueueConfig {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Properties that say nothing to a queue which runs locally. */
const ignoredProperties = ['QueueName', 'Tags'];

export const readQueues = (template: Template, resolve: Resolve): readonly QueueConfig[] =>
  all(template, 'AWS::SQS::Queue').map(([id, { Properties = {} }]) => {
    const given = Object.entries(Properties).filter(([name]) => !ignoredProperties.includes(name));
    const attributes = given.map(([name, value]) => {
      const resolved = resolve(value, id);
      return [name, typeof resolved === 'object' ? JSON.stringify(resolved) : String(resolved)];
    });
    return { name: queueNameOf(String(resolve({ Ref: id }, id))), attributes: Object.fromEntries(attributes) };
  });

/** A queue's function, which its messages are given to in batches. */
export interface EventSourceConfig {
  readonly queueName: string;
  readonly functionName: string;
  readonly batchSize: number;
  /** Whether the function says which messages of a batch have failed. Without it a batch succeeds or fails as a whole. */
  readonly reportsItemFailures: boolean;
}

interface EventSourceProperties {
  readonly BatchSize?: number;
  readonly EventSourceArn?: unknown;
  readonly FunctionName?: unknown;
  readonly FunctionResponseTypes?: readonly string[];
}

const knownProperties = ['BatchSize', 'EventSourceArn', 'FunctionName', 'FunctionResponseTypes'];

/** Throws an error that names the mapping which cannot be run locally. */
export const readEventSources = (template: Template, resolve: Resolve): readonly EventSourceConfig[] =>
  all(template, 'AWS::Lambda::EventSourceMapping').map(([id, { Properties = {} }]) => {
    const unknown = Object.keys(Properties).find((name) => !knownProperties.includes(name));
    if (unknown !== undefined) throw new Error(`${id} has ${unknown}, which the embedded cloud does not know`);
    const properties = Properties as EventSourceProperties;
    const arn = String(resolve(properties.EventSourceArn, id));
    if (!arn.startsWith('arn:aws:sqs:')) throw new Error(`${id} reads ${arn}; only queues are read locally`);
    return {
      queueName: arn.slice(arn.lastIndexOf(':') + 1),
      functionName: String(resolve(properties.FunctionName, id)),
      batchSize: properties.BatchSize ?? 10,
      reportsItemFailures: properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') === true,
    };
  });

/** What a bucket tells queues: PutBucketNotificationConfiguration's input, which CDK's custom resource has. */
export interface NotificationConfig {
  readonly QueueConfigurations?: readonly {
    readonly Events: readonly string[];
    readonly QueueArn: string;
    readonly Filter?: { readonly Key: { readonly FilterRules: readonly { Name: string; Value: string }[] } };
  }[];
}

/** CDK sets a bucket's notifications by a custom resource, whose function is CDK's own and is not run: this is read instead. */
export const notificationsType = 'Custom::S3BucketNotifications';

/** By the name of the bucket. */
export const readNotifications = (template: Template, resolve: Resolve): ReadonlyMap<string, NotificationConfig> =>
  new Map(
    all(template, notificationsType).map(([id, { Properties = {} }]) => [
      String(resolve(Properties['BucketName'], id)),
      resolve(Properties['NotificationConfiguration'] ?? {}, id) as NotificationConfig,
    ]),
  );

/** The logical ids of the functions that serve these custom resources. */
export const notificationHandlers = (template: Template): readonly unknown[] =>
  all(template, notificationsType).map(
    ([, { Properties }]) => (Properties?.['ServiceToken'] as { 'Fn::GetAtt'?: readonly string[] })?.['Fn::GetAtt']?.[0],
  );

const queueNameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);
