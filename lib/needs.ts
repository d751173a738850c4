import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { type Need, type QueryEngine, type SettingName, settingsOfNeed } from '../src/config';
import type { Accounts } from './accounts';
import { acknowledge } from './acknowledge';
import type { Files } from './files';
import type { Identity } from './identity';

/** What the routes' needs are met from. */
export interface Resources {
  readonly accounts: Accounts;
  readonly files: Files;
  readonly identity: Identity;
  readonly queryEngine: QueryEngine;
}

/**
 * The one place where a function is given what its row needs: the permission, and the variable that says where to find
 * it, travel together.
 */
export function grantNeeds(fn: LambdaFunction, needs: readonly Need[], resources: Resources): void {
  const settings = settingValues(resources);
  for (const name of needs.flatMap((need) => settingsOfNeed[need])) fn.addEnvironment(name, settings[name]);
  const statements = needs.flatMap((need) => statementsOf(need, resources));
  for (const statement of statements) fn.addToRolePolicy(statement);
  const allObjects = resources.files.bucket.arnForObjects('*');
  if (statements.some((statement) => statement.resources.includes(allObjects))) {
    acknowledgeAllObjects(fn, resources.files);
  }
}

function acknowledgeAllObjects({ role }: LambdaFunction, { bucket }: Files): void {
  const bucketId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
  if (!role) throw new Error('the function has no role');
  acknowledge(
    role,
    `IAM5[Resource::<${bucketId}.Arn>/*]`,
    "One function serves every user: it takes the user's folder from the account's record, and names no key outside it.",
  );
}

const settingValues = ({ accounts, files, identity, queryEngine }: Resources): Record<SettingName, string> => ({
  ACCOUNTS_TABLE: accounts.table.tableName,
  FILES_BUCKET: files.bucket.bucketName,
  COGNITO_CLIENT_ID: identity.client.userPoolClientId,
  COGNITO_USER_POOL_ID: identity.pool.userPoolId,
  QUERY_ENGINE: queryEngine,
});

function statementsOf(need: Need, { accounts, files, identity }: Resources): PolicyStatement[] {
  const allow = (resource: string, ...actions: string[]) => new PolicyStatement({ actions, resources: [resource] });
  switch (need) {
    case 'accounts:read':
      return [allow(accounts.table.tableArn, 'dynamodb:GetItem')];
    case 'accounts:write':
      return [allow(accounts.table.tableArn, 'dynamodb:PutItem', 'dynamodb:UpdateItem')];
    case 'files:delete':
      return [allow(files.bucket.arnForObjects('*'), 's3:DeleteObject')];
    case 'files:list':
      return [allow(files.bucket.bucketArn, 's3:ListBucket')];
    case 'files:query': // GetObject is what SelectObjectContent needs, too.
    case 'files:read':
      return [allow(files.bucket.arnForObjects('*'), 's3:GetObject')];
    case 'files:upload':
      return [
        allow(
          files.bucket.arnForObjects('*'),
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
          's3:PutObject',
        ),
      ];
    case 'files:write':
      return [allow(files.bucket.arnForObjects('*'), 's3:PutObject')];
    case 'identity:manage':
      return [allow(identity.pool.userPoolArn, 'cognito-idp:AdminGetUser', 'cognito-idp:AdminUserGlobalSignOut')];
    case 'identity:use':
      return []; // Sign-up and sign-in are open operations of Cognito: they take the client's id and no permission.
  }
}
