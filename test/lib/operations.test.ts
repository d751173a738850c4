import { Match, type Template } from 'aws-cdk-lib/assertions';
import { routes } from '../../src/api/routes';
import { workers } from '../../src/workers';
import { synthesise } from './synthesise';

/** Of the routes, the fallback, and the queues. */
const functions = routes.length + 1 + workers.length;

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

test('failures, throttles and dead letters raise an alarm; without requests there is none', () => {
  template.resourceCountIs('AWS::CloudWatch::Alarm', 3);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: '5XXError',
    TreatMissingData: 'notBreaching',
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'ThrottledRequests' });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmDescription: Match.stringLikeRegexp('dead letter'),
    Threshold: 1,
    Metrics: Match.arrayWith([
      Match.objectLike({ Expression: 'FILL(waiting, 0) + FILL(received, 0)' }),
      Match.objectLike({
        MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: 'NumberOfMessagesReceived' }) }),
      }),
    ]),
  });
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
  expect(actionsOf(template)).toEqual([undefined, undefined, undefined]);
  expect(actionsOf(watched)).toEqual([1, 1, 1]);
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

test('the dashboard shows requests, latency, functions, cut answers, the table and the bucket', () => {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const text = JSON.stringify(dashboard?.['Properties'].DashboardBody);
  for (const shown of [
    '5XXError',
    'Latency',
    'Throttles',
    'AnswerCut',
    'ConsumedReadCapacityUnits',
    'BucketSizeBytes',
  ]) {
    expect(text).toContain(shown);
  }
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
