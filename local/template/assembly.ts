import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Template } from './intrinsics';

interface Manifest {
  readonly artifacts: Readonly<Record<string, { type: string; properties?: { templateFile?: string } }>>;
}

/** Reads the one stack of a cloud assembly, the folder that CDK writes. */
export async function readAssembly(folder: string): Promise<{ stackName: string; template: Template }> {
  const manifest = await readJson<Manifest>(join(folder, 'manifest.json'));
  const stacks = Object.entries(manifest.artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [stackName, artifact] = stacks[0] ?? [];
  const templateFile = artifact?.properties?.templateFile;
  if (stacks.length !== 1 || stackName === undefined || templateFile === undefined) {
    throw new Error(`the app has ${stacks.length} stacks; the embedded cloud runs exactly one`);
  }
  return { stackName, template: await readJson<Template>(join(folder, templateFile)) };
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}
