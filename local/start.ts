import { join } from 'node:path';
import type { LocalCloud } from './cloud';
import { type DataFolder, openDataFolder } from './data-folder';
import { takePort } from './public-server';
import type { Settings } from './settings';
import { synthesise } from './synthesis';

/**
 * Starts the whole product and resolves when it answers. `print` is given a line for each mail.
 * Throws StartError for what the person at the terminal can put right.
 */
export async function startLocal(settings: Settings, print: (line: string) => void): Promise<LocalCloud> {
  const { mapWorker, queryEngine = 'builtin' } = settings;
  const server = await takePort(settings);
  let folder: DataFolder | undefined;
  const close = async (cloud?: LocalCloud) => {
    await server.close();
    await cloud?.close();
    await folder?.release();
  };
  try {
    folder = await openDataFolder(settings.dataDir);
    // A first synthesis takes seconds, in a process of its own. Meanwhile this one loads what the cloud is made of.
    const [assembly, { startCloud }] = await Promise.all([
      synthesise(join(__dirname, '..'), { mapWorker, queryEngine }),
      import('./cloud'),
    ]);
    const cloud = await startCloud({ server, folder, assembly }, settings, print);
    return { ...cloud, close: () => close(cloud) };
  } catch (error) {
    await close();
    throw error;
  }
}
