import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Accounts } from './accounts';
import { Api } from './api';
import type { Context } from './context';
import { EventStats } from './event-stats';
import { Files } from './files';
import { Identity } from './identity';
import { Interactions } from './interactions';
import { Maps } from './maps';
import { Monitoring } from './monitoring';
import { SlaErrors } from './sla-errors';
import { Workers } from './workers';

interface DatadockStackProps extends StackProps, Context {
  /** Where `bundleFunctions` has put the functions. */
  readonly bundles: string;
}

export class DatadockStack extends Stack {
  constructor(scope: Construct, id: string, props: DatadockStackProps) {
    const { bundles, allowedOrigins, mailFrom, alarmEmail, mapWorker, queryEngine, ...stackProps } = props;
    super(scope, id, stackProps);

    const identity = new Identity(this, 'Identity', { ...(mailFrom && { mailFrom }) });
    const accounts = new Accounts(this, 'Accounts');
    const files = new Files(this, 'Files', { allowedOrigins });
    const eventStats = new EventStats(this, 'EventStats', { identity });
    const interactions = new Interactions(this, 'Interactions');
    const maps = new Maps(this, 'Maps', { allowedOrigins });
    const slaErrors = new SlaErrors(this, 'SlaErrors');
    const resources = { identity, accounts, files, interactions, maps, queryEngine, slaErrors };
    const { url, restApi, accessLog } = new Api(this, 'Api', { resources, bundles, allowedOrigins });
    const { functions: workers } = new Workers(this, 'Workers', { resources, bundles, mapWorker });
    new Monitoring(this, 'Monitoring', {
      restApi,
      accessLog,
      resources,
      eventStats,
      workers,
      ...(alarmEmail && { alarmEmail }),
    });

    new CfnOutput(this, 'ApiUrl', { value: url });
    new CfnOutput(this, 'UserPoolId', { value: identity.pool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: identity.client.userPoolClientId });
    new CfnOutput(this, 'AccountsTable', { value: accounts.table.tableName });
    new CfnOutput(this, 'EventsBucket', { value: eventStats.bucket.bucketName });
    new CfnOutput(this, 'FilesBucket', { value: files.bucket.bucketName });
    new CfnOutput(this, 'SlaErrorsTable', { value: slaErrors.table.tableName });
    new CfnOutput(this, 'InteractionsTable', { value: interactions.table.tableName });
    new CfnOutput(this, 'LandingBucket', { value: interactions.landing.bucketName });
    new CfnOutput(this, 'MapsBucket', { value: maps.bucket.bucketName });
    new CfnOutput(this, 'MapsQueueUrl', { value: maps.queue.queueUrl });
    new CfnOutput(this, 'MapsTable', { value: maps.table.tableName });
    new CfnOutput(this, 'GraphqlUrl', { value: eventStats.api.attrGraphQlUrl });
    new CfnOutput(this, 'IdentityPoolId', { value: eventStats.identityPool.ref });
    new CfnOutput(this, 'UsersTable', { value: eventStats.users.tableName });
  }
}
