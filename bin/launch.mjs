import { spawn } from 'node:child_process';
import { join } from 'node:path';

// Starts bin/start.ts in a process of its own, with what only a new process can be told. glibc gives each thread a heap that
// it hardly ever returns: with several threads that doubles what the server holds. V8 would let the heap of each thread grow to
// twice what is alive in it before it looks for garbage: under load that is 160 MB more. libuv's four threads would all wait for
// the disk while a few files are flushed, and reads with them.
const server = spawn(
  process.execPath,
  ['--optimize-for-size', '--import', 'tsx', join(import.meta.dirname, 'start.ts')],
  {
    env: { MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '16', ...process.env },
    stdio: 'inherit',
  },
);

// A terminal's Ctrl-C reaches both processes; any other sender knows only this one. Either way the server ends first.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGKILL' ? 137 : 1);
});
