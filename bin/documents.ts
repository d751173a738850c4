import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { withCostTable } from '../lib/costs/cost-table';
import { deployerPolicy, executionPolicies } from '../lib/deploy-policy';
import { awsEnvironment, collection, localEnvironment } from '../postman/collection';
import { knownServers, openApiDocument } from '../src/api/openapi/document';
import { withRouteTable } from '../src/api/route-table';
import { routes } from '../src/api/routes';
import { errorsDocument } from './errors-document';
import { limitsDocument } from './limits-document';

const root = join(__dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Everything that is made from the code: file names below the root, and the texts that they should have. */
export const generatedDocuments = (): Readonly<Record<string, string>> => ({
  'README.md': withRouteTable(read('README.md'), routes),
  'docs/errors.md': errorsDocument(),
  'docs/limits.md': limitsDocument(),
  'openapi.yaml': stringify(openApiDocument(routes, knownServers), { lineWidth: 120, aliasDuplicateObjects: false }),
  'docs/cost-performance-scalability.md': withCostTable(read('docs/cost-performance-scalability.md')),
  'docs/deploy/deployer-policy.json': json(deployerPolicy),
  'docs/deploy/execution-policy-keeps.json': json(executionPolicies().keeps),
  'docs/deploy/execution-policy-runs.json': json(executionPolicies().runs),
  'postman/datadock.postman_collection.json': json(collection(routes)),
  'postman/local.postman_environment.json': json(localEnvironment),
  'postman/aws.postman_environment.json': json(awsEnvironment('https://API.execute-api.REGION.amazonaws.com/api/v1')),
});
