// A real browser's fetch against npm start, from a page of another origin: upload in parts, resume, download.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const [chromium] = process.argv.slice(2);
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

const page = createServer((_request, response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end(readFileSync(join(import.meta.dirname, 'browser.html'))),
);
await once(page.listen(0, '127.0.0.1'), 'listening');
const address = `http://127.0.0.1:${page.address().port}/?api=${encodeURIComponent(`${url}/api/v1`)}`;

const { stdout } = await promisify(execFile)(
  chromium,
  [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    `--user-data-dir=${join(folder, 'profile')}`,
    '--virtual-time-budget=60000',
    '--dump-dom',
    address,
  ],
  { timeout: 60_000 },
);
const [, result = 'no result'] = /<body>RESULT: ([^<]*)/.exec(stdout) ?? [];
page.close();
server.kill('SIGTERM');
await ended;
rmSync(folder, { recursive: true, force: true });
console.log(`referee browser: ${result}`);
process.exitCode = result === 'passed' ? 0 : 1;
