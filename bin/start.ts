import '../local/process-environment';

import { prepareDemo } from '../local/demo';
import { readSettings } from '../local/settings';
import { startLocal } from '../local/start';
import { StartError } from '../local/start-error';
import { welcome } from '../local/welcome';

async function main() {
  const cloud = await startLocal(readSettings(process.env), console.log);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cloud.close().then(() => process.exit(0)));
  }
  const page = welcome(cloud.url, await prepareDemo(cloud), cloud.dataDir);
  cloud.setFrontPage(page);
  console.log(page);
}

main().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
});
