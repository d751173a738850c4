import { readFileSync } from 'node:fs';
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
  FILES_BUCKET: 'FilesBucket',
};

/** Gives a command the option --outputs, and before it runs the environment of the deployment that the file names. */
export const needsDeployment = (command: Command): Command =>
  command
    .option(
      '--outputs <file>',
      'what cdk deploy --outputs-file wrote, or npm start',
      join(process.env['DATA_DIR'] ?? '.data', 'outputs.json'),
    )
    .hook('preAction', (_, action) => {
      Object.assign(process.env, environmentOf(action.opts()['outputs']));
    });

/**
 * The environment in which the adapters find a deployment: its settings, and for a local one endpoints and credentials,
 * so that no AWS variable is needed. Throws AppError OutputsUnreadable.
 */
export function environmentOf(outputsFile: string): Record<string, string> {
  const { local, ...stacks } = parse(outputsFile);
  const stack = Object.values(stacks).find((outputs) => 'UserPoolId' in outputs);
  if (!stack) throw unreadable(outputsFile, 'it has no stack with the output UserPoolId');
  const settings = Object.entries(outputOfSetting).flatMap(([setting, output]) => {
    const value = stack[output];
    return value === undefined ? [] : [[setting, value]];
  });
  // A pool's id begins with its region.
  const [region = ''] = stack['UserPoolId']?.split('_') ?? [];
  return { AWS_REGION: region, ...local?.environment, ...Object.fromEntries(settings) };
}

function parse(file: string): z.output<typeof Outputs> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  }
  const parsed = Outputs.safeParse(json);
  if (!parsed.success) throw unreadable(file, 'it is not what cdk deploy --outputs-file writes');
  return parsed.data;
}

const unreadable = (file: string, why: string): AppError =>
  new AppError(
    'OutputsUnreadable',
    `${file} does not say where Datadock runs (${why}). Start it with npm start, or give --outputs FILE, the file that cdk deploy --outputs-file wrote.`,
  );
