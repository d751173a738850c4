import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { useAssembly } from '../../local/assembly-use';
import { StartError } from '../../local/start-error';
import { synthesise } from '../../local/synthesis';

// Each synthesis is a process of its own.
jest.setTimeout(60_000);

// A stand-in for the CDK app: it writes to CDK_OUTDIR, as CDK does, what it was given.
const app = `
import { mkdirSync, writeFileSync } from 'node:fs';
import { answer } from '../src/answer';
const folder: string = process.env['CDK_OUTDIR'] ?? '';
mkdirSync(folder, { recursive: true });
writeFileSync(folder + '/context.json', process.env['CDK_CONTEXT_JSON'] ?? '');
writeFileSync(folder + '/answer', String(answer));
writeFileSync(folder + '/run', String(process.pid));
`;

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'datadock-test-'));
  for (const folder of ['bin', 'src', 'lib', 'lambdas']) await mkdir(join(project, folder));
  await writeFile(join(project, 'bin', 'app.ts'), app);
  await writeFile(join(project, 'src', 'answer.ts'), 'export const answer: number = 42;');
  await writeFile(join(project, 'cdk.json'), '{"context":{"a-flag":true}}');
  await writeFile(join(project, 'package-lock.json'), '{}');
});
afterEach(() => rm(project, { recursive: true, force: true }));

const cached = () => readdir(join(project, 'node_modules', '.cache', 'datadock'));

it("runs the app with cdk.json's context and asset metadata", async () => {
  const folder = await synthesise(project);
  expect(await readFile(join(folder, 'answer'), 'utf8')).toBe('42');
  expect(JSON.parse(await readFile(join(folder, 'context.json'), 'utf8'))).toMatchObject({
    'a-flag': true,
    'aws:cdk:enable-asset-metadata': true,
  });
});

it('runs it again only when what it is made from has changed', async () => {
  const first = await synthesise(project);
  const run = await readFile(join(first, 'run'), 'utf8');
  expect(await synthesise(project)).toBe(first);
  expect(await readFile(join(first, 'run'), 'utf8')).toBe(run);

  await writeFile(join(project, 'src', 'answer.ts'), 'export const answer: number = 43;');
  expect(await readFile(join(await synthesise(project), 'answer'), 'utf8')).toBe('43');
});

it('makes another of another context', async () => {
  const [plain, other] = [await synthesise(project), await synthesise(project, { mapWorker: 'off' })];
  expect(other).not.toBe(plain);
  expect(JSON.parse(await readFile(join(other, 'context.json'), 'utf8'))).toMatchObject({ mapWorker: 'off' });
});

it('keeps the last three results', async () => {
  const made: string[] = [];
  for (const answer of [1, 2, 3, 4]) {
    await writeFile(join(project, 'src', 'answer.ts'), `export const answer = ${answer};`);
    made.push(await synthesise(project));
  }
  expect((await cached()).sort()).toEqual(
    made
      .slice(1)
      .map((folder) => basename(folder))
      .sort(),
  );
});

it('keeps an older result while a process loads functions from it', async () => {
  const first = await synthesise(project);
  const leave = await useAssembly(first);
  // Of a process that was killed; a number that no process has.
  await writeFile(`${first}.in-use-by-4194305`, '');
  const change = async (answer: number) => {
    await writeFile(join(project, 'src', 'answer.ts'), `export const answer = ${answer};`);
    await synthesise(project);
  };
  for (const answer of [1, 2, 3]) await change(answer);
  expect(await cached()).toContain(basename(first));
  await leave();
  await change(4);
  expect((await cached()).filter((name) => name.startsWith(basename(first)))).toEqual([]);
});

it("fails with the app's own message, and leaves nothing behind", async () => {
  await writeFile(join(project, 'src', 'answer.ts'), "throw new Error('the stack is wrong');");
  const failure = synthesise(project);
  await expect(failure).rejects.toBeInstanceOf(StartError);
  await expect(failure).rejects.toThrow(/cannot be synthesised[\s\S]*the stack is wrong/);
  expect(await cached()).toEqual([]);
});

it('takes the temporary folder when the project cannot be written', async () => {
  await writeFile(join(project, 'node_modules'), 'a file, so that no folder can be made in it');
  const folder = await synthesise(project);
  expect(folder.startsWith(tmpdir())).toBe(true);
  expect(folder.startsWith(project)).toBe(false);
  await rm(join(folder, '..'), { recursive: true });
});
