import { join } from 'node:path';
import { build, stop } from 'esbuild';

let script: Promise<string> | undefined;

/** The script that every function's worker thread runs: `runtime/main.ts` with what it imports. Built once a process. */
export function runtimeScript(): Promise<string> {
  script ??= build({
    entryPoints: [join(__dirname, 'runtime', 'main.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  }).then(async ({ outputFiles }) => {
    await stop(); // esbuild would keep a process of its own.
    return outputFiles[0]?.text ?? '';
  });
  return script;
}
