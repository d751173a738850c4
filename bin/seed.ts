import '../local/process-environment';

import { join } from 'node:path';
import { Command } from 'commander';
import { putSampleDay, sampleDayKey } from '../local/sample-day';
import { importPath } from '../src/cli/import';
import { needsDeployment, outputsIn } from '../src/cli/outputs';
import { kinds } from '../src/interactions/import-log';

// Fills a deployment with the data that npm start begins with: npm run seed -- --outputs outputs.json. Again changes nothing.

needsDeployment(new Command('seed'))
  .action(async ({ outputs }: { readonly outputs: string }) => {
    for (const kind of kinds) {
      const { imported, unchanged } = await importPath(kind, join(__dirname, '..', 'data', `${kind}.csv`));
      console.log(JSON.stringify({ kind, imported, unchanged }));
    }
    const outputOf = outputsIn(outputs);
    const [EventsBucket, UsersTable] = [outputOf('EventsBucket'), outputOf('UsersTable')];
    await putSampleDay({ s3: {}, dynamodb: {} }, { EventsBucket, UsersTable });
    console.log(JSON.stringify({ kind: 'events', key: sampleDayKey }));
  })
  .parseAsync()
  .catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
