import type { FileStore, StoredHead } from '../../src/aws/file-store';
import { replaceFile } from '../../src/files/replace-file';

const head = (etag: string): StoredHead => ({
  kind: 'head',
  contentType: 'text/csv',
  etag,
  length: 1,
  updatedAt: '2026-01-01T00:00:00Z',
});
const request = { home: 'ann/', id: 'YS5jc3Y', bytes: Buffer.from('x'), contentType: '' };

/** A store whose file is another version each time that it is looked at, `changes` times; then it takes what is written. */
function restlessStore(changes: number) {
  let looks = 0;
  const written: string[] = [];
  const store = {
    head: async () => head(`"${++looks}"`),
    replace: async (key: string, _content: unknown, etag: string) => {
      if (looks <= changes) return 'changed';
      written.push(etag);
      return { key, size: 1, etag: '"new"', updatedAt: '2026-01-01T00:00:00Z' };
    },
  } as unknown as FileStore;
  return { store, written };
}

test('a replacement that others overtake looks again and replaces what is there then', async () => {
  const { store, written } = restlessStore(2);
  expect(await replaceFile({ store }, request)).toMatchObject({
    name: 'a.csv',
    etag: '"new"',
    contentType: 'text/csv',
  });
  expect(written).toEqual(['"3"']);
});

test('one that is overtaken each time gives up, and says so', async () => {
  const { store, written } = restlessStore(Number.POSITIVE_INFINITY);
  await expect(replaceFile({ store }, request)).rejects.toMatchObject({ code: 'FileBusy', kind: 'conflict' });
  expect(written).toEqual([]);
});

test('with If-Match it replaces that version or none', async () => {
  const { store, written } = restlessStore(1);
  await expect(replaceFile({ store }, { ...request, ifMatch: '"1"' })).rejects.toMatchObject({ code: 'FileChanged' });
  expect(written).toEqual([]);
});

test.each([
  ['"x", "1"', true],
  ['*', true],
  ['W/"1"', false],
  ['1', false],
  ['', false],
])('If-Match %p is compared strongly', async (ifMatch, isMatch) => {
  const { store, written } = restlessStore(0);
  const replaced = replaceFile({ store }, { ...request, ifMatch });
  if (isMatch) await replaced;
  else await expect(replaced).rejects.toMatchObject({ code: 'FileChanged', kind: 'precondition' });
  expect(written).toHaveLength(isMatch ? 1 : 0);
});

test('what is gone by the time of writing is not created', async () => {
  const store = { head: async () => head('"1"'), replace: async () => 'missing' } as unknown as FileStore;
  await expect(replaceFile({ store }, request)).rejects.toMatchObject({ code: 'FileNotFound' });
});
