// A real browser's fetch against npm start, from a page of another origin: upload in parts, resume, download.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startServer } from './start-server.mjs';

const [chromium] = process.argv.slice(2);
const server = await startServer();

const page = createServer((_request, response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end(readFileSync(join(import.meta.dirname, 'browser.html'))),
);
await once(page.listen(0, '127.0.0.1'), 'listening');
const address = `http://127.0.0.1:${page.address().port}/?api=${encodeURIComponent(`${server.url}/api/v1`)}`;

const { stdout } = await promisify(execFile)(
  chromium,
  [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    `--user-data-dir=${join(server.folder, 'profile')}`,
    '--virtual-time-budget=60000',
    '--dump-dom',
    address,
  ],
  { timeout: 60_000 },
);
const [, result = 'no result'] = /<body>RESULT: ([^<]*)/.exec(stdout) ?? [];
page.close();
await server.stop();
console.log(`referee browser: ${result}`);
process.exitCode = result === 'passed' ? 0 : 1;
