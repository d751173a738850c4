import { spawn } from 'node:child_process';
import { join } from 'node:path';

// Starts bin/start.ts in a process of its own, with what only a new process can be told. glibc gives each thread a heap that
// it hardly ever returns: with a thread for each function's instance that doubles what the server holds.
const server = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'start.ts')], {
  env: { MALLOC_ARENA_MAX: '2', ...process.env },
  stdio: 'inherit',
});

// A terminal's Ctrl-C reaches both processes; any other sender knows only this one. Either way the server ends first.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGKILL' ? 137 : 1);
});
