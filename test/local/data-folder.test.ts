import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from '../../local/data-folder';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'datadock-test-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

it('makes random credentials once, which only the owner can read', async () => {
  const path = join(parent, 'deep', '.data');
  const first = await openDataFolder(path);
  await first.release();
  const second = await openDataFolder(path);
  await second.release();

  expect(second.credentials).toEqual(first.credentials);
  expect(first.credentials.accessKeyId).toMatch(/^LKIA[0-9A-F]{16}$/);
  expect((await stat(join(path, 'credentials.json'))).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(join(path, 'credentials.json'), 'utf8'))).toEqual(first.credentials);

  const other = await openDataFolder(join(parent, 'other'));
  await other.release();
  expect(other.credentials.secretAccessKey).not.toBe(first.credentials.secretAccessKey);
});

it('refuses a folder that another server uses, until it lets go', async () => {
  const path = join(parent, '.data');
  const first = await openDataFolder(path);
  await expect(openDataFolder(path)).rejects.toThrow(`${path} is used by another running server; stop it or choose`);
  await first.release();
  await (await openDataFolder(path)).release();
});

it('says what is wrong with a folder that is a file, or credentials that are not JSON', async () => {
  const path = join(parent, 'file');
  await writeFile(path, '');
  await expect(openDataFolder(path)).rejects.toThrow('choose another folder with DATA_DIR');

  await writeFile(join(parent, 'credentials.json'), '{');
  await expect(openDataFolder(parent)).rejects.toThrow('delete it for a new one');
});
