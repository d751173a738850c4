import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import {
  mapsByHome,
  type Need,
  type QueryEngine,
  type SettingName,
  settingsOfNeed,
  slaErrorsIndexes,
} from '../src/config';
import type { Accounts } from './accounts';
import { acknowledge } from './acknowledge';
import type { Files } from './files';
import type { Identity } from './identity';
import type { Interactions } from './interactions';
import type { Maps } from './maps';
import type { SlaErrors } from './sla-errors';

/** What the routes' needs are met from. */
export interface Resources {
  readonly accounts: Accounts;
  readonly files: Files;
  readonly identity: Identity;
  readonly slaErrors: SlaErrors;
  readonly interactions: Interactions;
  readonly maps: Maps;
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
  const { files, interactions, maps } = resources;
  const ofEveryUser =
    "One function serves every user: it takes the user's folder from the account's record, and names no key outside it.";
  const reasons = [
    [files.bucket, ofEveryUser],
    [maps.bucket, ofEveryUser],
    [
      interactions.landing,
      'An imported file is kept under the digest of its bytes, which nobody knows before it comes.',
    ],
  ] as const;
  for (const [bucket, reason] of reasons) {
    const allObjects = bucket.arnForObjects('*');
    if (statements.some((statement) => statement.resources.includes(allObjects)))
      acknowledgeAllObjects(fn, bucket, reason);
  }
}

function acknowledgeAllObjects({ role }: LambdaFunction, bucket: Bucket, reason: string): void {
  const bucketId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
  if (!role) throw new Error('the function has no role');
  acknowledge(role, `IAM5[Resource::<${bucketId}.Arn>/*]`, reason);
}

const settingValues = ({
  accounts,
  files,
  identity,
  interactions,
  maps,
  queryEngine,
  slaErrors,
}: Resources): Record<SettingName, string> => ({
  ACCOUNTS_TABLE: accounts.table.tableName,
  FILES_BUCKET: files.bucket.bucketName,
  MAPS_BUCKET: maps.bucket.bucketName,
  MAPS_QUEUE_URL: maps.queue.queueUrl,
  MAPS_TABLE: maps.table.tableName,
  COGNITO_CLIENT_ID: identity.client.userPoolClientId,
  COGNITO_USER_POOL_ID: identity.pool.userPoolId,
  DYNAMODB_TABLE: slaErrors.table.tableName,
  INTERACTIONS_TABLE: interactions.table.tableName,
  LANDING_BUCKET: interactions.landing.bucketName,
  QUERY_ENGINE: queryEngine,
});

function statementsOf(
  need: Need,
  { accounts, files, identity, interactions, maps, slaErrors }: Resources,
): PolicyStatement[] {
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
    case 'interactions:import':
      return [
        allow(
          interactions.table.tableArn,
          'dynamodb:BatchWriteItem',
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:Query',
        ),
        allow(interactions.landing.arnForObjects('*'), 's3:PutObject'),
      ];
    case 'interactions:read':
      return [allow(interactions.table.tableArn, 'dynamodb:GetItem', 'dynamodb:Query')];
    case 'sla-errors:read':
      return Object.values(slaErrorsIndexes).map(({ name }) =>
        allow(`${slaErrors.table.tableArn}/index/${name}`, 'dynamodb:Query'),
      );
    case 'sla-errors:write':
      return [allow(slaErrors.table.tableArn, 'dynamodb:PutItem')];
    case 'maps:create':
      return [allow(maps.table.tableArn, 'dynamodb:PutItem'), allow(maps.bucket.arnForObjects('*'), 's3:PutObject')];
    case 'maps:download':
      return [
        allow(maps.bucket.arnForObjects('*'), 's3:GetObject'),
        // Without it S3 says 403 for what is missing.
        allow(maps.bucket.bucketArn, 's3:ListBucket'),
      ];
    case 'maps:find':
      return [allow(maps.table.tableArn, 'dynamodb:GetItem')];
    case 'maps:list':
      return [allow(`${maps.table.tableArn}/index/${mapsByHome}`, 'dynamodb:Query')];
    case 'maps:remove':
      return [allow(maps.bucket.arnForObjects('*'), 's3:DeleteObject')];
    case 'maps:update':
      return [allow(maps.table.tableArn, 'dynamodb:UpdateItem')];
    case 'tokens:verify':
      return []; // The pool's keys are public.
  }
}
