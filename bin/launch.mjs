import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// Starts bin/start.ts in a process of its own, with what only a new process can be told (server-process.json). glibc gives each
// thread a heap that it hardly ever returns: with several threads that doubles what the server holds. V8 would let the heap of
// each thread grow far beyond what is alive in it before it looks for garbage, and keep the code of functions that are called no
// more: 740 MB instead of 430 after every route was called. (`--optimize-for-size` holds 400, for a quarter more CPU time under
// load: its young generation of 1 MB is full before a request has ended.) libuv's four threads would all wait for the disk while a
// few files are flushed, and reads with them.
const told = JSON.parse(readFileSync(join(import.meta.dirname, 'server-process.json'), 'utf8'));
const server = spawn(process.execPath, told.arguments, {
  env: { ...told.environment, ...process.env },
  stdio: 'inherit',
});

// A terminal's Ctrl-C reaches both processes; any other sender knows only this one. Either way the server ends first.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGKILL' ? 137 : 1);
});
