import { readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import type { SettingName } from '../config';
import { AppError } from '../errors';

/** What `cdk deploy --outputs-file` writes, and `npm start`, which adds how its own services are reached. */
const Outputs = z
  .object({ local: z.object({ environment: z.record(z.string(), z.string()) }).optional() })
  .catchall(z.record(z.string(), z.string()));

/** The stack's output that each setting is taken from. */
const outputOfSetting: Readonly<Record<Exclude<SettingName, 'QUERY_ENGINE'>, string>> = {
  ACCOUNTS_TABLE: 'AccountsTable',
  COGNITO_CLIENT_ID: 'UserPoolClientId',
  COGNITO_USER_POOL_ID: 'UserPoolId',
  DYNAMODB_TABLE: 'SlaErrorsTable',
  FILES_BUCKET: 'FilesBucket',
  INTERACTIONS_TABLE: 'InteractionsTable',
  LANDING_BUCKET: 'LandingBucket',
  MAPS_BUCKET: 'MapsBucket',
  MAPS_QUEUE_URL: 'MapsQueueUrl',
  MAPS_TABLE: 'MapsTable',
};

/** Gives a command the option --outputs, and before it runs the environment of the deployment that the file names. */
export const needsDeployment = (command: Command): Command =>
  takesOutputs(command).hook('preAction', (_, action) => {
    Object.assign(process.env, environmentOf(action.opts()['outputs']));
  });

/**
 * The same for a command of people who have no AWS keys: neither those of the deployment nor anything of this machine's
 * own AWS set-up is in the environment, so that no call can be made with them.
 */
export const needsDeploymentWithoutKeys = (command: Command): Command =>
  takesOutputs(command).hook('preAction', (_, action) => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...environment } = environmentOf(action.opts()['outputs']);
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    Object.assign(process.env, environment, {
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    });
  });

/** Gives a command the option --outputs alone: it asks the deployment what anyone may. */
export const takesOutputs = (command: Command): Command =>
  command.option(
    '--outputs <file>',
    'what cdk deploy --outputs-file wrote, or npm start',
    join(process.env['DATA_DIR'] ?? '.data', 'outputs.json'),
  );

/**
 * The environment in which the adapters find a deployment: its settings, and for a local one endpoints and credentials,
 * so that no AWS variable is needed. Throws AppError OutputsUnreadable.
 */
export function environmentOf(outputsFile: string): Record<string, string> {
  const { local, stack } = parse(outputsFile);
  const settings = Object.entries(outputOfSetting).flatMap(([setting, output]) => {
    const value = stack[output];
    return value === undefined ? [] : [[setting, value]];
  });
  // A pool's id begins with its region.
  const [region = ''] = stack['UserPoolId']?.split('_') ?? [];
  return { AWS_REGION: region, ...local?.environment, ...Object.fromEntries(settings) };
}

/** Gives an output of the stack, by its name. Throws AppError OutputsUnreadable for one that it does not have. */
export function outputsIn(outputsFile: string): (name: string) => string {
  const { stack } = parse(outputsFile);
  return (name) => {
    const value = stack[name];
    if (value === undefined)
      throw unreadable(outputsFile, `it has no output ${name}; was it written by an older version?`);
    return value;
  };
}

function parse(file: string) {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  }
  const parsed = Outputs.safeParse(json);
  if (!parsed.success) throw unreadable(file, 'it is not what cdk deploy --outputs-file writes');
  const { local, ...stacks } = parsed.data;
  const stack = Object.values(stacks).find((outputs) => 'UserPoolId' in outputs);
  if (!stack) throw unreadable(file, 'it has no stack with the output UserPoolId');
  return { local, stack };
}

const unreadable = (file: string, why: string): AppError =>
  new AppError(
    'OutputsUnreadable',
    `${file} does not say where Datadock runs (${why}). Run this in the folder of npm start, while it runs, or give --outputs FILE: the file that it or cdk deploy --outputs-file wrote.`,
  );
