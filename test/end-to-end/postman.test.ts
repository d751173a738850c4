import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();

/** Runs the whole collection as a reader of the README does. */
async function newman() {
  const { url } = server.current;
  const child = spawn(
    process.execPath,
    [
      join('node_modules', 'newman', 'bin', 'newman.js'),
      'run',
      join('postman', 'datadock.postman_collection.json'),
      ...['-e', join('postman', 'local.postman_environment.json')],
      ...['--env-var', `baseUrl=${url}`, '--env-var', `mailbox_url=${url}/local/mailbox`],
      ...['--reporter-cli-no-success-assertions', '--color', 'off'],
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { exitCode, output };
}

test.each(['first', 'second'])('the Postman collection passes the %s time', async () => {
  const { exitCode, output } = await newman();
  if (exitCode !== 0) throw new Error(output);
  const [, requests, failed] = /requests\s*│\s*(\d+)\s*│\s*(\d+)/.exec(output) ?? [];
  expect(Number(requests)).toBeGreaterThan(100);
  expect(failed).toBe('0');
});

// Only Linux tells what a process holds.
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('the server holds less than 500 MB after every route was called', () => {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.current.pid}/status`, 'utf8')) ?? [];
  expect(Number(kilobytes) * 1024).toBeLessThan(500_000_000);
});
