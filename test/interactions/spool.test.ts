import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Spool } from '../../src/interactions/spool';

const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('datadock-spool-'));

test('what does not fit into memory comes back in its order, and nothing of it stays on the disk', async () => {
  const before = folders();
  const spool = new Spool();
  const record = (number: number) => Buffer.alloc(1024 * 1024, number);
  for (let number = 0; number < 80; number++) {
    spool.append(number % 2, record(number));
    await spool.relieve();
  }
  expect(spool.filled).toEqual([0, 1]);
  const [folder] = folders().filter((name) => !before.includes(name));
  expect(folder && existsSync(`${tmpdir()}/${folder}`)).toBe(true);
  for (const part of [0, 1]) {
    const bytes = await spool.read(part);
    expect(bytes.length).toBe(40 * 1024 * 1024);
    for (let i = 0; i < 40; i++) expect(bytes[i * 1024 * 1024]).toBe(2 * i + part);
  }
  expect(await spool.read(2)).toHaveLength(0);
  await spool.close();
  expect(folders().filter((name) => !before.includes(name) && name === folder)).toEqual([]);
});

test('a small file never touches the disk', async () => {
  const before = folders().length;
  const spool = new Spool();
  spool.append(1, Buffer.from('one'));
  spool.append(1, Buffer.from('two'));
  await spool.relieve();
  expect((await spool.read(1)).toString()).toBe('onetwo');
  expect(folders().length).toBeLessThanOrEqual(before);
  await spool.close();
});
