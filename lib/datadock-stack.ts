import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Accounts } from './accounts';
import { Api } from './api';
import type { Context } from './context';
import { Files } from './files';
import { Identity } from './identity';
import { Monitoring } from './monitoring';

interface DatadockStackProps extends StackProps, Context {
  /** Where `bundleFunctions` has put the functions. */
  readonly bundles: string;
}

export class DatadockStack extends Stack {
  constructor(scope: Construct, id: string, props: DatadockStackProps) {
    const { bundles, allowedOrigins, mailFrom, alarmEmail, queryEngine, ...stackProps } = props;
    super(scope, id, stackProps);

    const identity = new Identity(this, 'Identity', { ...(mailFrom && { mailFrom }) });
    const accounts = new Accounts(this, 'Accounts');
    const files = new Files(this, 'Files', { allowedOrigins });
    const { url, restApi, accessLog } = new Api(this, 'Api', {
      resources: { identity, accounts, files, queryEngine },
      bundles,
      allowedOrigins,
    });
    new Monitoring(this, 'Monitoring', { restApi, accessLog, accounts, files, ...(alarmEmail && { alarmEmail }) });

    new CfnOutput(this, 'ApiUrl', { value: url });
    new CfnOutput(this, 'UserPoolId', { value: identity.pool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: identity.client.userPoolClientId });
    new CfnOutput(this, 'AccountsTable', { value: accounts.table.tableName });
    new CfnOutput(this, 'FilesBucket', { value: files.bucket.bucketName });
  }
}
