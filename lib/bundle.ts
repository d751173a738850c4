import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(__dirname, '..');

/** What a function reads at run time, from its own folder. */
const filesBeside: Readonly<Record<string, readonly string[]>> = {
  docs: ['swagger-ui-dist/swagger-ui-bundle.js', 'swagger-ui-dist/swagger-ui.css'],
};

/**
 * Bundles every Lambda function in one call of esbuild: `<outputFolder>/<key>/index.js` from `lambdas/<key>.ts`,
 * the SDK included, so that a function runs with the versions it was tested with.
 */
export function bundleFunctions(keys: readonly string[], outputFolder: string): void {
  buildSync({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(keys.map((key) => [`${key}/index`, `lambdas/${key}.ts`])),
    outdir: outputFolder,
    bundle: true,
    minify: true,
    // Error classes and functions keep their names in the log.
    keepNames: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  for (const key of keys) {
    for (const file of filesBeside[key] ?? []) {
      copyFileSync(join(root, 'node_modules', file), join(outputFolder, key, basename(file)));
    }
  }
}
