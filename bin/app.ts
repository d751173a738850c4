import { join } from 'node:path';
import { bundleFunctions } from '../lib/bundle';
import { fallbackKey, routes } from '../src/api/routes';
import { workers } from '../src/workers';

/** Where the CDK's command line, and `npm start`, want the cloud assembly. */
const outdir = process.env['CDK_OUTDIR'] ?? 'cdk.out';

async function main(): Promise<void> {
  const bundles = join(outdir, 'functions');
  // esbuild works in a process of its own; meanwhile this one loads the CDK.
  const bundled = bundleFunctions([...[...routes, ...workers].map(({ key }) => key), fallbackKey], bundles);
  const [{ App }, { readContext }, { DatadockStack }] = await Promise.all([
    import('aws-cdk-lib'),
    import('../lib/context'),
    import('../lib/datadock-stack'),
  ]);
  await bundled;
  const app = new App({ outdir });
  new DatadockStack(app, 'Datadock', { bundles, ...readContext(app.node) });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
