import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(__dirname, '..');

/** What a function reads at run time, from its own folder. */
const filesBeside: Readonly<Record<string, readonly string[]>> = {
  docs: ['swagger-ui-dist/swagger-ui-bundle.js', 'swagger-ui-dist/swagger-ui.css'],
};

/** Of all that esbuild is asked for here. */
const common = { absWorkingDir: root, bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' } as const;

/**
 * Bundles every Lambda function: `<outputFolder>/<key>/index.js` from `lambdas/<key>.ts`, the SDK included, so that a function
 * runs with the versions it was tested with.
 *
 * That is done in two steps. Each of the functions reaches a thousand files of packages, and esbuild links each function by
 * itself. First all are split together into a hundred pieces that hold only what some function uses; both steps together
 * take a quarter of the time, and the bundles are no larger.
 */
export function bundleFunctions(keys: readonly string[], outputFolder: string): void {
  const pieces = mkdtempSync(join(tmpdir(), 'datadock-bundle-'));
  try {
    buildSync({
      ...common,
      entryPoints: Object.fromEntries(keys.map((key) => [key, `lambdas/${key}.ts`])),
      outdir: pieces,
      splitting: true,
      format: 'esm',
      mainFields: ['module', 'main'],
    });
    buildSync({
      ...common,
      entryPoints: Object.fromEntries(keys.map((key) => [`${key}/index`, join(pieces, `${key}.js`)])),
      outdir: outputFolder,
      minify: true,
      // Error classes and functions keep their names in the log.
      keepNames: true,
      format: 'cjs',
    });
  } finally {
    rmSync(pieces, { recursive: true, force: true });
  }
  for (const key of keys) {
    for (const file of filesBeside[key] ?? []) {
      copyFileSync(join(root, 'node_modules', file), join(outputFolder, key, basename(file)));
    }
  }
}
