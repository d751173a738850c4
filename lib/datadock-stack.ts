import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Accounts } from './accounts';
import { Api } from './api';
import { Files } from './files';
import { Identity } from './identity';

interface DatadockStackProps extends StackProps {
  /** Where `bundleFunctions` has put the functions. */
  readonly bundles: string;
  /** @default none: no page of another origin may call */
  readonly allowedOrigins?: readonly string[];
}

export class DatadockStack extends Stack {
  constructor(scope: Construct, id: string, { bundles, allowedOrigins = [], ...props }: DatadockStackProps) {
    super(scope, id, props);

    const identity = new Identity(this, 'Identity');
    const accounts = new Accounts(this, 'Accounts');
    const files = new Files(this, 'Files');
    const api = new Api(this, 'Api', { resources: { identity, accounts, files }, bundles, allowedOrigins });

    new CfnOutput(this, 'ApiUrl', { value: api.url });
    new CfnOutput(this, 'UserPoolId', { value: identity.pool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: identity.client.userPoolClientId });
    new CfnOutput(this, 'AccountsTable', { value: accounts.table.tableName });
    new CfnOutput(this, 'FilesBucket', { value: files.bucket.bucketName });
  }
}
