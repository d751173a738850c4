import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assembliesInUse, isNote, staleNotes } from './assembly-use';
import { StartError } from './start-error';

// `npm start` runs what `cdk deploy` would deploy, so it synthesises the stack first. That takes seconds and loads half a
// gigabyte of CDK, so it happens in a process of its own, which gives the memory back, and only when something that the
// stack is made from has changed: the cloud assembly (template and bundles) is kept under a hash of those files.

/** What the assembly is made from, relative to the project. */
const sources = ['bin/app.ts', 'lib', 'lambdas', 'src', 'cdk.json', 'package-lock.json'];

/** How many assemblies are kept beside those that a server still loads its functions from. */
const keptAssemblies = 3;

/** A synthesis that takes longer hangs. */
const timeoutMs = 120_000;

/**
 * Gives the folder of the project's cloud assembly, made now or taken from the cache. `context` is what `cdk deploy` takes
 * with `--context name=value`.
 * Throws StartError with the app's own message when the app fails.
 */
export async function synthesise(
  projectFolder: string,
  context: Readonly<Record<string, string>> = {},
): Promise<string> {
  const cache = await cacheFolder(projectFolder);
  const assembly = join(cache, await hashOf(projectFolder, context));
  if (!(await exists(assembly))) {
    const unfinished = join(cache, `${unfinishedPrefix}${randomUUID()}`);
    try {
      await runApp(projectFolder, unfinished, context);
      await rename(unfinished, assembly).catch(async (error: unknown) => {
        // Another start may have finished the same assembly first: then that one is as good.
        if (!(await exists(assembly))) throw error;
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
    await removeOld(cache);
  }
  return assembly;
}

const unfinishedPrefix = 'unfinished-';

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function removeOld(cache: string): Promise<void> {
  const all = await readdir(cache);
  const names = all.filter((name) => !name.startsWith(unfinishedPrefix) && !isNote(name));
  const entries = await Promise.all(
    names.map(async (name) => ({ name, madeAtMs: (await stat(join(cache, name))).mtimeMs })),
  );
  const inUse = assembliesInUse(all);
  const old = entries
    .sort((a, b) => b.madeAtMs - a.madeAtMs)
    .slice(keptAssemblies)
    .map(({ name }) => name)
    .filter((name) => !inUse.has(name));
  await Promise.all(
    [...old, ...staleNotes(all)].map((name) => rm(join(cache, name), { recursive: true, force: true })),
  );
}

/** Beside the other build caches, or in the system's temporary folder where the project is read-only. */
async function cacheFolder(projectFolder: string): Promise<string> {
  const key = createHash('sha256').update(projectFolder).digest('hex').slice(0, 16);
  for (const folder of [
    join(projectFolder, 'node_modules', '.cache', 'datadock'),
    join(tmpdir(), `datadock-${process.getuid?.() ?? 'cache'}-${key}`),
  ]) {
    if (await isOursToWrite(folder)) return folder;
  }
  throw new StartError(
    'neither node_modules/.cache nor the temporary folder can be written; make one of them writable',
  );
}

/** What lies in the cache is run, so a folder that somebody else made or may write to is not taken. */
async function isOursToWrite(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = await stat(folder);
    if (process.getuid && (uid !== process.getuid() || (mode & 0o002) !== 0)) return false;
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A hash over names and contents. Node's version is in it because bundling and synthesis run in it. */
async function hashOf(projectFolder: string, context: Readonly<Record<string, string>>): Promise<string> {
  const hash = createHash('sha256').update(process.version).update(projectFolder).update(JSON.stringify(context));
  for (const source of sources) {
    for (const file of await filesIn(projectFolder, source)) {
      const content = await readFile(join(projectFolder, file));
      hash.update(`\0${file}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex').slice(0, 32);
}

async function filesIn(projectFolder: string, path: string): Promise<readonly string[]> {
  const entries = await readdir(join(projectFolder, path), { withFileTypes: true }).catch(() => undefined);
  if (!entries) return [path];
  const nested = await Promise.all(
    entries
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((entry) =>
        entry.isDirectory() ? filesIn(projectFolder, `${path}/${entry.name}`) : [`${path}/${entry.name}`],
      ),
  );
  return nested.flat();
}

/** Runs the CDK app as the CDK command line does: where to write, and the context, in environment variables. */
async function runApp(
  projectFolder: string,
  outputFolder: string,
  given: Readonly<Record<string, string>>,
): Promise<void> {
  const cdk = JSON.parse(await readFile(join(projectFolder, 'cdk.json'), 'utf8')) as { context?: object };
  const context = {
    ...cdk.context,
    'aws:cdk:enable-asset-metadata': true,
    'aws:cdk:enable-path-metadata': false,
    'aws:cdk:version-reporting': false,
    ...given,
    allowedOrigins: '*', // The web page under development may come from any port.
  };
  const { CDK_DEFAULT_ACCOUNT: _account, CDK_DEFAULT_REGION: _region, ...environment } = process.env;
  await new Promise<void>((resolve, reject) => {
    execFile(
      process.execPath,
      ['--import', pathToFileURL(require.resolve('tsx')).href, join('bin', 'app.ts')],
      {
        cwd: projectFolder,
        env: {
          ...environment,
          CDK_OUTDIR: outputFolder,
          CDK_CONTEXT_JSON: JSON.stringify(context),
          // Checking the template against CloudFormation's rules takes longer than all the rest. `cdk deploy` does it.
          CDK_VALIDATION: 'false',
        },
        timeout: timeoutMs,
        maxBuffer: 16 * 1024 * 1024,
      },
      (error, _stdout, stderr) =>
        error
          ? reject(
              new StartError(
                `the stack cannot be synthesised; npm run synth shows more:\n${stderr.trim() || error.message}`,
              ),
            )
          : resolve(),
    );
  });
}
