import '../local/process-environment';

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { awsEnvironment } from '../postman/collection';
import { deployTarget } from '../src/aws/deploy-target';
import { outputsIn } from '../src/cli/outputs';
import { AppError } from '../src/errors';

const outputs = 'outputs.json';
const environment = 'outputs.postman_environment.json';

/** Looks before it leaps, deploys with whatever arguments are given, and notes how the deployment is reached. */
async function main(args: readonly string[]): Promise<number> {
  const { account, region } = await deployTarget();
  console.log(`Deploying to account ${account}, region ${region}.`);
  const { status } = spawnSync('npx', ['cdk', 'deploy', '--outputs-file', outputs, ...args], { stdio: 'inherit' });
  if (status !== 0) return status ?? 1;
  const apiUrl = outputsIn(outputs)('ApiUrl');
  writeFileSync(environment, `${JSON.stringify(awsEnvironment(apiUrl), null, 2)}\n`);
  console.log(`${apiUrl}/docs answers now. ${outputs} is for the command line, ${environment} for Postman.`);
  console.log(`See that it works: npx datadock smoke --outputs ${outputs}`);
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof AppError ? error.message : error);
    process.exitCode = 1;
  },
);
