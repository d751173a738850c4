import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalCloud, startLocal } from '../../local/start';
import { synthesise } from '../../local/synthesis';
import { readAssembly } from '../../local/template/assembly';
import { readStack, type TableConfig } from '../../local/template/stack';
import type { ServiceName } from './faults';
import { FaultyAws } from './proxy';

const services: readonly ServiceName[] = ['S3', 'DYNAMODB', 'COGNITO_IDENTITY_PROVIDER', 'COGNITO_IDENTITY', 'SQS'];

export interface FaultyCloud {
  readonly cloud: LocalCloud;
  readonly aws: FaultyAws;
  /** As the stack describes it. */
  readonly interactionsTable: TableConfig;
  close(): Promise<void>;
}

/**
 * The embedded services with the stack's tables and buckets in them, and this process's environment that of the functions, all
 * of them: handlers that are loaded here find the services behind a proxy.
 */
export async function startFaultyCloud(): Promise<FaultyCloud> {
  const dataDir = await mkdtemp(join(tmpdir(), 'datadock-faults-'));
  const cloud = await startLocal({ port: 0, host: '127.0.0.1', dataDir, mapWorker: 'off' }, () => {});
  const assembly = await synthesise(join(__dirname, '..', '..'), { mapWorker: 'off', queryEngine: 'builtin' });
  const { stackName, template } = await readAssembly(assembly);
  const { functions, tables } = readStack(stackName, template, assembly);
  for (const { environment } of functions) Object.assign(process.env, environment);
  Object.assign(process.env, cloud.awsEnvironment);
  const aws = new FaultyAws();
  for (const service of services) {
    const name = `AWS_ENDPOINT_URL_${service}`;
    process.env[name] = await aws.standBefore(service, cloud.awsEnvironment[name] ?? '');
  }
  const interactionsTable = tables.find(({ TableName }) => TableName === process.env['INTERACTIONS_TABLE']);
  if (!interactionsTable) throw new Error('the stack has no table of interactions');
  return {
    cloud,
    aws,
    interactionsTable,
    close: async () => {
      await aws.close();
      await cloud.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
