import { clientOf } from './client';
import { jsonOf, useServer } from './server';

jest.setTimeout(120_000);

const server = useServer();
const { get, send, upload, aUser } = clientOf(server);

const count = 1_050;

test(`a listing of ${count} files is whole and repeats none, while others come and go, in pages of any size`, async () => {
  const ann = await aUser('ann@example.com');
  const names = Array.from({ length: count }, (_, index) => `stays ${String(index * 7919).padStart(8, '0')} ü🦀.csv`);
  const queue = names.values();
  const uploadAll = async () => {
    for (const name of queue) expect((await upload(ann, name, Buffer.from('x'))).status).toBe(200);
  };
  await Promise.all([uploadAll(), uploadAll(), uploadAll(), uploadAll()]);

  let isOver = false;
  const comeAndGo = async (worker: number) => {
    for (let turn = 0; !isOver; turn++) {
      // Before, between and after those that stay.
      const name = `${['a', 'stays 0', 'z'][turn % 3]}${worker} ${turn}.csv`;
      const { id } = await jsonOf(upload(ann, name, Buffer.from('y')));
      await send(`/files/${id}`, { method: 'DELETE' }, ann);
    }
  };
  const others = [comeAndGo(1), comeAndGo(2)];
  for (const limit of [1, 7, 100, 999, 1000]) {
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await jsonOf(get(`/files?limit=${limit}${cursor && `&cursor=${cursor}`}`, ann));
      expect(page.data.length).toBeLessThanOrEqual(limit);
      seen.push(...page.data.map(({ name }: { name: string }) => name));
      cursor = page.next_cursor ?? '';
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((name) => name.startsWith('stays') && name.includes('ü'))).toEqual([...names].sort());
  }
  isOver = true;
  await Promise.all(others);
});
