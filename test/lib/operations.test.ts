import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { routes } from '../../src/api/routes';
import { workers } from '../../src/workers';
import { synthesise } from './synthesise';

/** Of the routes, the fallback, and the queues. */
const functions = routes.length + 1 + workers.length;

const operations = readFileSync(join(__dirname, '..', '..', 'docs', 'operations.md'), 'utf8');
const { template } = synthesise();
const watched = synthesise({ alarmEmail: 'ops@example.com', mailFrom: 'noreply@mail.example.com' }).template;

test('the access log has what an operator needs, and nothing of anyone', () => {
  const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage'));
  const format = JSON.parse(stage?.['Properties'].AccessLogSetting.Format);
  expect(Object.keys(format)).toEqual([
    'request_id',
    'time',
    'method',
    'route',
    'status',
    'bytes',
    'latency_ms',
    'integration_latency_ms',
    'refusal',
  ]);
  expect(JSON.stringify(format)).not.toMatch(/identity|authorizer|\.path|userAgent/i);
  expect(stage?.['Properties'].MethodSettings[0]).toMatchObject({ LoggingLevel: 'ERROR', DataTraceEnabled: false });
});

test('requests are traced through the stage and every function', () => {
  template.hasResourceProperties('AWS::ApiGateway::Stage', { TracingEnabled: true });
  const traced = template.findResources('AWS::Lambda::Function', { Properties: { TracingConfig: { Mode: 'Active' } } });
  expect(Object.keys(traced)).toHaveLength(functions);
});

/** The alarms by the last part of their construct's path. */
const alarms = Object.fromEntries(
  Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => [
    id.replace(/^Monitoring|.{8}$/g, ''),
    Properties,
  ]),
);

test('each alarm stands in docs/operations.md, and without requests none is raised', () => {
  const described = [...operations.matchAll(/^\| (\w+) \|.*\|.*\|$/gm)].map(([, name]) => name);
  expect(described).toEqual(expect.arrayContaining(Object.keys(alarms)));
  expect(Object.values(alarms).filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching')).toEqual([]);
});

test('failures, refusals for too much, and maps that wait or are given up raise an alarm', () => {
  expect(Object.keys(alarms).sort()).toEqual([
    'DeadLetters',
    'FunctionThrottles',
    'GraphqlErrors',
    'MapsWaiting',
    'ServerErrors',
    'SignInThrottles',
    'Throttles',
  ]);
  expect(alarms).toMatchObject({
    ServerErrors: { Namespace: 'AWS/ApiGateway', MetricName: '5XXError', Threshold: 5 },
    Throttles: { Namespace: 'Datadock', MetricName: 'ThrottledRequests' },
    // Of the account: its functions share one limit.
    FunctionThrottles: { Namespace: 'AWS/Lambda', MetricName: 'Throttles', Threshold: 5 },
    SignInThrottles: { Namespace: 'AWS/Cognito', MetricName: 'SignInThrottles' },
    GraphqlErrors: { Namespace: 'AWS/AppSync', MetricName: '5XXError' },
    MapsWaiting: { MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 900, EvaluationPeriods: 2 },
    DeadLetters: {
      Threshold: 1,
      Metrics: expect.arrayContaining([
        expect.objectContaining({ Expression: 'FILL(waiting, 0) + FILL(received, 0)' }),
        expect.objectContaining({
          MetricStat: expect.objectContaining({
            Metric: expect.objectContaining({ MetricName: 'NumberOfMessagesReceived' }),
          }),
        }),
      ]),
    },
  });
  expect(alarms['FunctionThrottles']?.Dimensions).toBeUndefined();
  template.hasResourceProperties('AWS::Logs::MetricFilter', {
    FilterPattern: '{ $.refusal = "THROTTLED" }',
    MetricTransformations: [Match.objectLike({ MetricNamespace: 'Datadock', MetricName: 'ThrottledRequests' })],
  });
});

test('an alarm tells the address of alarmEmail, and nobody without it', () => {
  const actionsOf = (each: Template) =>
    Object.values(each.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties.AlarmActions?.length,
    );
  expect(actionsOf(template)).toEqual(Object.keys(alarms).map(() => undefined));
  expect(actionsOf(watched)).toEqual(Object.keys(alarms).map(() => 1));
  template.resourceCountIs('AWS::SNS::Topic', 0);
  watched.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
});

test('codes are mailed by SES from mailFrom, and by Cognito without it', () => {
  template.hasResourceProperties('AWS::Cognito::UserPool', { EmailConfiguration: Match.absent() });
  watched.hasResourceProperties('AWS::Cognito::UserPool', {
    EmailConfiguration: {
      EmailSendingAccount: 'DEVELOPER',
      From: 'Datadock <noreply@mail.example.com>',
      SourceArn: { 'Fn::Join': ['', Match.arrayWith([':identity/mail.example.com'])] },
    },
  });
});

interface Body {
  readonly widgets: readonly {
    readonly properties: { readonly title: string; readonly metrics: readonly unknown[][] };
  }[];
}

/** The dashboard's graphs by their titles. References are written as the logical ids that they are to. */
function graphs(): Readonly<Record<string, string>> {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const text = dashboard?.['Properties'].DashboardBody['Fn::Join'][1]
    .map((part: string | { Ref?: string; 'Fn::GetAtt'?: string[] }) =>
      typeof part === 'string' ? part : (part.Ref ?? part['Fn::GetAtt']?.[0]),
    )
    .join('');
  const { widgets }: Body = JSON.parse(text);
  return Object.fromEntries(widgets.map(({ properties }) => [properties.title, JSON.stringify(properties.metrics)]));
}

test('the dashboard shows every table, bucket, queue and worker of the stack, the API of users and Cognito', () => {
  const shown = graphs();
  const ids = (type: string) => Object.keys(template.findResources(type));
  for (const table of ids('AWS::DynamoDB::GlobalTable')) {
    for (const title of ['Tables, read units', 'Tables, write units', 'Tables, throttled']) {
      expect([title, shown[title]]).toEqual([title, expect.stringContaining(table)]);
    }
  }
  for (const bucket of ids('AWS::S3::Bucket')) expect(shown['Buckets, bytes']).toContain(bucket);
  for (const queue of ids('AWS::SQS::Queue')) expect(shown['Maps waiting, being processed, given up']).toContain(queue);
  for (const { key } of workers) expect(shown['Workers']).toContain(key);
  for (const api of ids('AWS::AppSync::GraphQLApi')) expect(shown['The API of users']).toContain(api);
  for (const client of ids('AWS::Cognito::UserPoolClient')) expect(shown['Users']).toContain(client);
});

test('the dashboard shows requests, latency, functions and cut answers', () => {
  const shown = graphs();
  expect(shown['Requests']).toContain('5XXError');
  expect(shown['Latency, ms']).toContain('p99');
  expect(shown['Functions']).toContain('Throttles');
  expect(shown['Instances at once']).toContain('ConcurrentExecutions');
  expect(shown['Slowest functions, p99, ms']).toContain('SORT(SEARCH(');
  expect(shown['Answers cut after their start']).toContain('AnswerCut');
});

test('administrators are a group of the pool', () => {
  template.hasResourceProperties('AWS::Cognito::UserPoolGroup', { GroupName: 'admin' });
});

/** CloudFormation's limit is 500; a system that would pass this one gets a nested stack of its own. */
const maxResources = 400;

test(`the stack stays below ${maxResources} resources (else give a system a nested stack); a function costs four, a route two more and its path`, () => {
  const resources = Object.values<{ Type: string }>(template.toJSON()['Resources']);
  const countOf = (type: string) => resources.filter(({ Type }) => Type === type).length;
  // CDK's own function sets the bucket's notifications: it has a policy, a role and a log group that Lambda makes.
  const ofCdk = 1;
  expect(resources.length).toBeLessThan(maxResources);
  expect(countOf('AWS::Lambda::Function')).toBe(functions + ofCdk);
  // The event statistics have three: to read the events, to read the users, and to write AppSync's log.
  expect(countOf('AWS::IAM::Policy')).toBe(functions + ofCdk + 3);
  // And one of API Gateway's own.
  expect(countOf('AWS::IAM::Role')).toBe(functions + ofCdk + 3 + 1);
  // The API's and AppSync's.
  expect(countOf('AWS::Logs::LogGroup')).toBe(functions + 2);
  // The fallback's permission is one, whatever the number of paths; a queue's consumer needs none.
  expect(countOf('AWS::Lambda::Permission')).toBe(routes.length + 1);
  expect(countOf('AWS::ApiGateway::Method')).toBe(routes.length + new Set(routes.map(({ path }) => path)).size + 1);
});
