import '../local/process-environment';

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scenario } from '../local/scenarios/scenario';
import { slaErrorsScenario } from '../local/scenarios/sla-errors';
import { startLocal } from '../local/start';

const scenarios: Readonly<Record<string, Scenario>> = { sla: slaErrorsScenario };

/** Walks one scenario against a cloud of its own, which is gone afterwards. */
async function main(name = ''): Promise<void> {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`npm run scenario NAME, where NAME is one of: ${Object.keys(scenarios).join(', ')}`);
  const dataDir = mkdtempSync(join(tmpdir(), 'datadock-scenario-'));
  try {
    const cloud = await startLocal({ port: 0, host: '127.0.0.1', dataDir, mapWorker: 'on' }, () => {});
    await scenario(cloud, console.log).finally(cloud.close);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

main(process.argv[2]).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
