import type { MapRecord } from '../../src/aws/map-store';
import { limits } from '../../src/config';
import { type ProcessNeeds, processMessage } from '../../src/maps/process-message';
import { aMap, bucket, fakeFiles, fakeMaps, id, key, notification, poison, testEvent } from './fakes';

const minutes = 60_000;

function processor(record: MapRecord | undefined, text: string | undefined = 'north is up') {
  const { store: maps, maps: records } = record ? fakeMaps(record) : fakeMaps();
  const { store: files, bytes } = fakeFiles(text === undefined ? {} : { [key]: text });
  let tokens = 0;
  const clock = { nowMs: 1_000_000 };
  const needs: ProcessNeeds = {
    maps,
    files,
    bucket,
    now: () => clock.nowMs,
    sleep: async () => {},
    newToken: () => `t${tokens++}`,
  };
  const process = (message = 'm1', more: Partial<ProcessNeeds> = {}) =>
    processMessage({ ...needs, ...more }, { id: message, body: notification() });
  return { needs, maps, records, bytes, clock, process, now: () => records.get(id) };
}

test('a map is processed once; a repeat and a duplicate leave it as it is', async () => {
  const { process, now } = processor(aMap());
  expect(await process()).toEqual([{ outcome: 'processed', mapId: id }]);
  const after = now();
  expect(after).toMatchObject({ status: 'processed', findings: { mediaType: 'text/plain' } });
  expect(await process()).toEqual([{ outcome: 'unchanged', mapId: id }]);
  expect(await process('m2')).toEqual([{ outcome: 'unchanged', mapId: id }]);
  expect(now()).toEqual(after);
});

test('an empty file fails, with the reason, and stays failed', async () => {
  const { process, now } = processor(aMap(), '');
  expect(await process()).toEqual([{ outcome: 'failed', mapId: id }]);
  expect(now()).toMatchObject({ status: 'failed', reason: 'The file is empty.' });
  expect(await process()).toEqual([{ outcome: 'unchanged', mapId: id }]);
});

test('a file that is gone fails its map', async () => {
  const { process, now, bytes } = processor(aMap());
  bytes.clear();
  expect(await process()).toEqual([{ outcome: 'failed', mapId: id }]);
  expect(now()?.reason).toContain('no longer there');
});

test('no more is read of a file than a map may have', async () => {
  const { process, now } = processor(aMap(), 'x'.repeat(limits.directUploadBytes + 1));
  await process();
  expect(now()).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining(`more than ${limits.directUploadBytes}`),
  });
});

describe('a processor that died', () => {
  test('is taken over by the next delivery of its message at once', async () => {
    const { maps, process, now, clock } = processor(aMap());
    await maps.claim(id, { holder: 'm1', token: 'dead', endsAtMs: clock.nowMs + 2 * minutes }, clock.nowMs);
    expect(await process('m1')).toEqual([{ outcome: 'processed', mapId: id }]);
    expect(now()?.status).toBe('processed');
  });

  test('is taken over by another message when its lease has ended, and not before', async () => {
    const { maps, process, clock } = processor(aMap());
    await maps.claim(id, { holder: 'm1', token: 'dead', endsAtMs: clock.nowMs + 2 * minutes }, clock.nowMs);
    await expect(process('m2')).rejects.toThrow('for another message');
    clock.nowMs += 2 * minutes;
    expect(await process('m2')).toEqual([{ outcome: 'processed', mapId: id }]);
  });

  test('and was not dead after all cannot end what another has begun', async () => {
    const { needs, maps, now, clock } = processor(aMap());
    const slow = {
      ...needs.files,
      read: async (asked: string) => {
        await maps.claim(id, { holder: 'm1', token: 'next', endsAtMs: clock.nowMs + minutes }, clock.nowMs);
        return needs.files.read(asked);
      },
    };
    await expect(processMessage({ ...needs, files: slow }, { id: 'm1', body: notification() })).rejects.toThrow(
      'taken the map over',
    );
    expect(now()?.status).toBe('processing');
  });
});

test('a map whose record comes a moment after its file is waited for', async () => {
  const { needs, maps, now } = processor(undefined);
  let sleeps = 0;
  const sleep = async () => {
    if (++sleeps === 2) await maps.create(aMap());
  };
  expect(await processMessage({ ...needs, sleep }, { id: 'm1', body: notification() })).toEqual([
    { outcome: 'processed', mapId: id },
  ]);
  expect(now()?.status).toBe('processed');
});

test('a file without a record is tried again, and one that is gone as well is none', async () => {
  await expect(processor(undefined).process()).rejects.toThrow('no record yet');
  const gone = processor(undefined);
  gone.bytes.clear();
  expect(await gone.process()).toEqual([{ outcome: 'refused', mapId: id, why: 'there is no such map' }]);
});

test('faults of the table and of the bucket have the message delivered again, and the map stays to be taken over', async () => {
  const { needs, process, now } = processor(aMap());
  const down = () => Promise.reject(new Error('down'));
  await expect(process('m1', { files: { ...needs.files, read: down } })).rejects.toThrow('down');
  expect(now()?.status).toBe('processing');
  await expect(process('m1', { maps: { ...needs.maps, finish: down } })).rejects.toThrow('down');
  expect(await process('m1')).toEqual([{ outcome: 'processed', mapId: id }]);
});

test('test events are passed over', async () => {
  const { needs } = processor(aMap());
  expect(await processMessage(needs, { id: 'm', body: testEvent })).toEqual([{ outcome: 'test-event' }]);
});

test.each(poison)('a message about %s is refused, and says why without quoting it', async (_, body) => {
  const { needs, now } = processor(aMap());
  const [done] = await processMessage(needs, { id: 'm', body });
  expect(done).toMatchObject({ outcome: 'refused', why: expect.any(String) });
  expect(done?.why).not.toMatch(/ann|example|home/);
  expect(now()?.status).toBe('pending');
});
