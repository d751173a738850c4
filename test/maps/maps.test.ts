import { limits } from '../../src/config';
import { createMap } from '../../src/maps/create-map';
import { linkMap } from '../../src/maps/link-map';
import { findingsOf, visibleMap } from '../../src/maps/map';
import { readMap } from '../../src/maps/read-map';
import { shareMap } from '../../src/maps/share-map';
import { aMap, fakeFiles, fakeMaps, home, id, key } from './fakes';

const processed = { status: 'processed', findings: { mediaType: 'text/plain' } } as const;
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('an upload', () => {
  const upload = (needs: Partial<Parameters<typeof createMap>[0]>, more: object = {}) =>
    createMap(
      { maps: fakeMaps().store, files: fakeFiles().store, now: () => 0, newId: () => id, ...needs },
      { home, name: 'a+b c%20é.txt', bytes: Buffer.from('x'), isPublic: false, ...more },
    );

  test('stores the file in a folder of its own, then the record', async () => {
    const { store: maps, maps: records } = fakeMaps();
    const { store: files, bytes } = fakeFiles();
    const map = await upload({ maps, files });
    expect(map).toEqual(aMap({ isPublic: false, uploadedAt: '1970-01-01T00:00:00.000Z' }));
    expect(records.get(id)).toEqual(map);
    expect([...bytes.keys()]).toEqual([key]);
  });

  test('that cannot store the file leaves no record', async () => {
    const { store: maps, maps: records } = fakeMaps();
    const files = { ...fakeFiles().store, create: () => Promise.reject(new Error('down')) };
    await expect(upload({ maps, files })).rejects.toThrow('down');
    expect(records.size).toBe(0);
  });

  test.each([
    ['a name that is none', { name: '..' }, 'InvalidFileName'],
    ['a byte too much', { bytes: Buffer.alloc(limits.directUploadBytes + 1) }, 'PayloadTooLarge'],
  ])('of %s stores nothing', async (_, more, expected) => {
    const { store: files, bytes } = fakeFiles();
    await expect(upload({ files }, more)).rejects.toEqual(code(expected));
    expect(bytes.size).toBe(0);
  });
});

describe('who sees a map', () => {
  const seen = (isPublic: boolean, asker: string | undefined) =>
    visibleMap(fakeMaps(aMap({ isPublic })).store, { id, home: asker }).then(() => true);

  test('is anyone while it is public, and its owner alone while it is not', async () => {
    for (const asker of [undefined, home, 'bob%40example.com/']) expect(await seen(true, asker)).toBe(true);
    expect(await seen(false, home)).toBe(true);
    for (const asker of [undefined, '', 'bob%40example.com/'])
      await expect(seen(false, asker)).rejects.toEqual(code('MapNotFound'));
  });

  test('a missing map and an id that is none answer the same', async () => {
    for (const other of [
      '1',
      '../x',
      id.toUpperCase(),
      'c9c5b9a4-3a3e-1a51-9f0e-6d9e5b1f2a77',
      'd9c5b9a4-3a3e-4a51-9f0e-6d9e5b1f2a77',
    ]) {
      await expect(visibleMap(fakeMaps(aMap()).store, { id: other, home })).rejects.toEqual(code('MapNotFound'));
    }
  });

  test('only the owner makes it public or private', async () => {
    const { store: maps, maps: records } = fakeMaps(aMap());
    await expect(shareMap({ maps }, { home: 'bob/', id, isPublic: false })).rejects.toEqual(code('MapNotFound'));
    await expect(shareMap({ maps }, { home, id: 'x', isPublic: false })).rejects.toEqual(code('MapNotFound'));
    expect(await shareMap({ maps }, { home, id, isPublic: false })).toMatchObject({ isPublic: false });
    expect(records.get(id)?.isPublic).toBe(false);
  });
});

test.each([
  ['pending', 'MapNotProcessed', 2],
  ['processing', 'MapNotProcessed', 2],
  ['failed', 'MapFailed', undefined],
] as const)('a %s map is refused by %s', (status, expected, retryAfterSeconds) => {
  expect(() => findingsOf(aMap({ status, reason: 'It is empty.' }))).toThrow(
    expect.objectContaining({
      code: expected,
      kind: 'conflict',
      details: retryAfterSeconds ? { retryAfterSeconds } : {},
    }),
  );
});

test('a download has the type that was found and the name of the upload', async () => {
  const { store: maps } = fakeMaps(aMap(processed));
  const { store: files } = fakeFiles({ [key]: 'north' });
  expect(await readMap({ maps, files }, { id, home: undefined })).toMatchObject({
    contentType: 'text/plain',
    name: 'a+b c%20é.txt',
    length: 5,
  });
  const gone = readMap({ maps, files: fakeFiles().store }, { id, home });
  await expect(gone).rejects.toThrow('is gone');
});

test('a link is of a processed map, and ends', async () => {
  const files = fakeFiles().store;
  const link = (map = aMap(processed)) =>
    linkMap({ maps: fakeMaps(map).store, files, now: () => 0 }, { id, home, expiresInSeconds: 60 });
  expect(await link()).toEqual({ url: `https://bucket/${key}`, expiresAt: '1970-01-01T00:01:00.000Z' });
  await expect(link(aMap())).rejects.toEqual(code('MapNotProcessed'));
});
