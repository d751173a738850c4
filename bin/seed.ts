import '../local/process-environment';

import { join } from 'node:path';
import { Command } from 'commander';
import { importPath } from '../src/cli/import';
import { needsDeployment } from '../src/cli/outputs';
import { kinds } from '../src/interactions/import-log';

// Fills a deployment with the data that npm start begins with: npm run seed -- --outputs outputs.json. Again changes nothing.

needsDeployment(new Command('seed'))
  .action(async () => {
    for (const kind of kinds) {
      const { imported, unchanged } = await importPath(kind, join(__dirname, '..', 'data', `${kind}.csv`));
      console.log(JSON.stringify({ kind, imported, unchanged }));
    }
  })
  .parseAsync()
  .catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
