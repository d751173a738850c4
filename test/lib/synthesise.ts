import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import cdk from '../../cdk.json';
import type { Context } from '../../lib/context';
import { DatadockStack } from '../../lib/datadock-stack';
import { fallbackKey, routes } from '../../src/api/routes';
import { workers } from '../../src/workers';

/** The stack as `cdk deploy` makes it, with empty functions. */
export function synthesise(context: Partial<Context> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'datadock-stack-'));
  for (const key of [...[...routes, ...workers].map((row) => row.key), fallbackKey]) {
    mkdirSync(join(folder, 'functions', key), { recursive: true });
    writeFileSync(join(folder, 'functions', key, 'index.js'), '');
  }
  const app = new App({ outdir: join(folder, 'out'), context: cdk.context });
  const bundles = join(folder, 'functions');
  const stack = new DatadockStack(app, 'Datadock', {
    bundles,
    allowedOrigins: [],
    mapWorker: 'on',
    queryEngine: 'builtin',
    ...context,
  });
  const template = Template.fromStack(stack);
  rmSync(folder, { recursive: true });
  return { stack, template };
}
