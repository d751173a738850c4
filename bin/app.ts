import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleFunctions } from '../lib/bundle';
import { readContext } from '../lib/context';
import { DatadockStack } from '../lib/datadock-stack';
import { fallbackKey, routes } from '../src/api/routes';
import { workers } from '../src/workers';

const app = new App();
const bundles = join(app.outdir, 'functions');
bundleFunctions([...[...routes, ...workers].map(({ key }) => key), fallbackKey], bundles);

new DatadockStack(app, 'Datadock', { bundles, ...readContext(app.node) });
