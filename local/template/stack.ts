import { resolve as resolvePath } from 'node:path';
import type { UserPoolConfig } from '../services/cognito/config';
import { type ApiConfig, readApi } from './api';
import { type GraphqlConfig, readGraphql } from './graphql';
import { type IdentityPools, readIdentityPools } from './identity-pools';
import { all, createResolver, type Template } from './intrinsics';
import {
  type EventSourceConfig,
  type NotificationConfig,
  notificationHandlers,
  type QueueConfig,
  readEventSources,
  readNotifications,
  readQueues,
} from './messaging';
import { readUserPoolGroups, readUserPools, type UserPoolGroupConfig } from './user-pools';

// What the embedded cloud runs, read out of the synthesised template. Routes, permissions to call, environment, tables and
// buckets are decided in one place, the CDK stack, and nothing here repeats a decision: so what runs locally cannot drift
// from what is deployed. What the template says and the local cloud cannot do is an error, never a silence.

export interface LocalStack extends IdentityPools {
  readonly name: string;
  readonly functions: readonly FunctionConfig[];
  readonly api: ApiConfig;
  readonly tables: readonly TableConfig[];
  readonly buckets: readonly BucketConfig[];
  readonly queues: readonly QueueConfig[];
  readonly eventSources: readonly EventSourceConfig[];
  readonly userPools: readonly UserPoolConfig[];
  readonly userPoolGroups: readonly UserPoolGroupConfig[];
  readonly graphql?: GraphqlConfig;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface FunctionConfig {
  readonly name: string;
  /** `file.export`, the file relative to the asset. */
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The folder that holds the bundle. */
  readonly assetPath: string;
}

export interface BucketConfig {
  readonly name: string;
  readonly corsRules: readonly CorsRule[];
  readonly notifications: NotificationConfig;
}

/** As in the template: PutBucketCors has other names for two of these. */
interface CorsRule {
  readonly AllowedOrigins: string[];
  readonly AllowedMethods: string[];
  readonly AllowedHeaders?: string[];
  readonly ExposedHeaders?: string[];
  readonly MaxAge?: number;
}

/** CreateTable's input, which has the template's property names. */
export interface TableConfig {
  readonly TableName: string;
  readonly [property: string]: unknown;
}

/** The properties that CreateTable takes and a local table needs. A global table's replicas and backups are not among them. */
const tableProperties = [
  'AttributeDefinitions',
  'BillingMode',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'LocalSecondaryIndexes',
  'ProvisionedThroughput',
];

/** Reads a stack's template. Relative asset paths are taken from the assembly's folder. */
export function readStack(stackName: string, template: Template, assemblyFolder: string): LocalStack {
  const resolve = createResolver(stackName, template);
  const nameOf = (logicalId: string) => String(resolve({ Ref: logicalId }, logicalId));
  const notifications = readNotifications(template, resolve);
  const notOurs = notificationHandlers(template);
  const ours = all(template, 'AWS::Lambda::Function').filter(([id]) => !notOurs.includes(id));
  const resolved = (value: unknown, where: string) => resolve(value ?? {}, where) as Record<string, unknown>;

  const graphql = readGraphql(template, resolve);

  return {
    name: stackName,
    api: readApi(template, resolve),
    functions: ours.map(([id, { Properties = {}, Metadata = {} }]) => {
      const assetPath = Metadata['aws:asset:path'];
      if (typeof assetPath !== 'string') throw new Error(`${id} has no aws:asset:path; its code must be an asset`);
      const environment = resolved((Properties['Environment'] as { Variables?: unknown } | undefined)?.Variables, id);
      return {
        name: nameOf(id),
        handler: String(Properties['Handler']),
        timeoutMs: Number(Properties['Timeout'] ?? 3) * 1000,
        memoryMb: Number(Properties['MemorySize'] ?? 128),
        environment: environment as Record<string, string>,
        assetPath: resolvePath(assemblyFolder, assetPath),
      };
    }),
    tables: all(template, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map(([id, { Properties = {} }]) => {
      const given = Object.entries(Properties).filter(([name]) => tableProperties.includes(name));
      return { ...resolved(Object.fromEntries(given), id), TableName: nameOf(id) };
    }),
    buckets: all(template, 'AWS::S3::Bucket').map(([id, { Properties = {} }]) => {
      const { CorsRules: corsRules = [] } = resolved(Properties['CorsConfiguration'], id) as { CorsRules?: CorsRule[] };
      return { name: nameOf(id), corsRules, notifications: notifications.get(nameOf(id)) ?? {} };
    }),
    queues: readQueues(template, resolve),
    eventSources: readEventSources(template, resolve),
    userPools: readUserPools(template, resolve),
    userPoolGroups: readUserPoolGroups(template, resolve),
    ...readIdentityPools(template, resolve),
    ...(graphql && { graphql }),
    outputs: Object.fromEntries(
      Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [
        name,
        String(resolve(Value, `output ${name}`)),
      ]),
    ),
  };
}
