// npm start on a free port and in a folder of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), 'datadock-browser-'));
  const server = spawn(process.execPath, [join('bin', 'launch.mjs')], {
    env: { ...process.env, PORT: '0', DATA_DIR: join(folder, 'data') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit');
  let printed = '';
  let url;
  for await (const chunk of server.stdout) {
    printed += chunk;
    [, url] = /Datadock runs on (\S+)/.exec(printed) ?? [];
    if (url) break;
  }
  return {
    url,
    /** Removed when the server stops. */
    folder,
    async stop() {
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
